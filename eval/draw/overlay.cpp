#include "eval/draw/overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "data/connected_parts.h"
#include "data/labels.h"

namespace myoseg {
namespace {

constexpr float kBodyHu = -300;
constexpr double kFill = 0.45;  // share of the label's colour inside its outline

// Whether an axis of the picture runs against the usual one (x to the patient's left, y to the
// back).
bool runs_backwards(const Geometry& g, int axis) { return g.direction[axis * 3 + axis] < -0.5; }

}  // namespace

std::int64_t fullest_slice(const LabelMap& map) {
  std::int64_t best = map.geometry.size[2] / 2, most = 0;
  for (std::int64_t z = 0; z < map.geometry.size[2]; ++z) {
    const auto first = map.voxels.begin() + z * map.slice_voxels();
    const std::int64_t n = map.slice_voxels() - std::count(first, first + map.slice_voxels(), 0);
    if (n > most) {
      most = n;
      best = z;
    }
  }
  return best;
}

Window body_window(const Image& scan, std::int64_t z) {
  const auto& size = scan.geometry.size;
  const ConnectedParts parts({size[0], size[1], 1}, [&](std::int64_t x, std::int64_t y) {
    return scan.at(x, y, z) > kBodyHu;
  });
  Window w{size[0], 0, size[1], 0};
  if (parts.runs().empty()) return {0, size[0], 0, size[1]};
  const std::int64_t largest = *std::max_element(parts.voxels().begin(), parts.voxels().end());
  for (const auto& run : parts.runs()) {
    // Two legs are two parts; a table or a blanket is a thin one.
    if (parts.voxels()[run.part] * 5 < largest) continue;
    w = {std::min(w.x0, run.begin), std::max(w.x1, run.end), std::min(w.y0, run.row),
         std::max(w.y1, run.row + 1)};
  }
  if (w.x1 - w.x0 < 8 || w.y1 - w.y0 < 8) return {0, size[0], 0, size[1]};
  const std::int64_t margin = std::max<std::int64_t>(2, (w.x1 - w.x0) / 40);
  return {std::max<std::int64_t>(0, w.x0 - margin), std::min(size[0], w.x1 + margin),
          std::max<std::int64_t>(0, w.y0 - margin), std::min(size[1], w.y1 + margin)};
}

Picture render_slice(const Image& scan, const LabelMap* labels, std::int64_t z,
                     const Window& window, int width, double low_hu, double high_hu) {
  const Geometry& g = scan.geometry;
  const double span_x = static_cast<double>(window.x1 - window.x0),
               span_y = static_cast<double>(window.y1 - window.y0);
  const double step = span_x / width;  // voxels per pixel across
  const double step_y = step * g.spacing[0] / g.spacing[1];
  Picture picture{width, std::max(1, static_cast<int>(std::lround(span_y / step_y))), {}};
  const bool flip_x = runs_backwards(g, 0), flip_y = runs_backwards(g, 1);

  // Where pixel (px, py) lies, in voxels.
  const auto place_x = [&](int px) {
    return static_cast<double>(window.x0) + ((flip_x ? width - 1 - px : px) + 0.5) * step - 0.5;
  };
  const auto place_y = [&](int py) {
    return static_cast<double>(window.y0) +
           ((flip_y ? picture.height - 1 - py : py) + 0.5) * step_y - 0.5;
  };
  const auto inside_x = [&](double x) {
    return std::clamp<std::int64_t>(std::lround(x), 0, g.size[0] - 1);
  };
  const auto inside_y = [&](double y) {
    return std::clamp<std::int64_t>(std::lround(y), 0, g.size[1] - 1);
  };
  const auto label = [&](int px, int py) -> std::uint8_t {
    px = std::clamp(px, 0, width - 1);
    py = std::clamp(py, 0, picture.height - 1);
    return labels->at(inside_x(place_x(px)), inside_y(place_y(py)), z);
  };
  const auto hu = [&](double x, double y) {
    const std::int64_t x0 = inside_x(std::floor(x)), y0 = inside_y(std::floor(y));
    const std::int64_t x1 = inside_x(std::floor(x) + 1), y1 = inside_y(std::floor(y) + 1);
    const double fx = x - std::floor(x), fy = y - std::floor(y);
    return (1 - fy) * ((1 - fx) * scan.at(x0, y0, z) + fx * scan.at(x1, y0, z)) +
           fy * ((1 - fx) * scan.at(x0, y1, z) + fx * scan.at(x1, y1, z));
  };

  picture.rgb.reserve(static_cast<std::size_t>(width) * picture.height * 3);
  for (int py = 0; py < picture.height; ++py)
    for (int px = 0; px < width; ++px) {
      const double value = (hu(place_x(px), place_y(py)) - low_hu) / (high_hu - low_hu);
      const double grey = 255 * (std::isnan(value) ? 0 : std::clamp(value, 0.0, 1.0));
      const std::uint8_t here = labels == nullptr ? 0 : label(px, py);
      double share = 0;
      if (here != 0) {
        const bool edge = label(px - 1, py) != here || label(px + 1, py) != here ||
                          label(px, py - 1) != here || label(px, py + 1) != here;
        share = edge ? 1 : kFill;
      }
      const auto colour = label_colour(here);
      for (const std::uint8_t c : colour)
        picture.rgb.push_back(
            static_cast<std::uint8_t>(std::lround((1 - share) * grey + share * c)));
    }
  return picture;
}

Picture side_by_side(const std::vector<Picture>& pictures, int gap) {
  Picture all;
  for (const Picture& p : pictures) all.width += p.width + (all.width == 0 ? 0 : gap);
  all.height = pictures.empty() ? 0 : pictures.front().height;
  all.rgb.assign(static_cast<std::size_t>(all.width) * all.height * 3, 255);
  int left = 0;
  for (const Picture& p : pictures) {
    for (int y = 0; y < p.height; ++y)
      std::copy_n(p.rgb.begin() + static_cast<std::ptrdiff_t>(y) * p.width * 3, p.width * 3,
                  all.rgb.begin() + (static_cast<std::ptrdiff_t>(y) * all.width + left) * 3);
    left += p.width + gap;
  }
  return all;
}

Picture stacked(const std::vector<Picture>& pictures, int gap) {
  Picture all;
  for (const Picture& p : pictures) {
    all.width = p.width;
    const int blank = all.height == 0 ? 0 : gap;
    all.rgb.insert(all.rgb.end(), static_cast<std::size_t>(blank) * p.width * 3, 255);
    all.rgb.insert(all.rgb.end(), p.rgb.begin(), p.rgb.end());
    all.height += blank + p.height;
  }
  return all;
}

}  // namespace myoseg
