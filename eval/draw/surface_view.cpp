#include "eval/draw/surface_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "data/labels.h"

namespace myoseg {
namespace {

constexpr double kReachMm = 9;     // of the neighbourhood that a normal is taken from
constexpr int kSteps = 5;          // of it, in each direction at most
constexpr double kAmbient = 0.34;  // light from all sides
constexpr double kDeepest = 0.72;  // share of the light that reaches the farthest surface
constexpr std::array<double, 3> kLight{-0.42, -0.72, 0.55};  // towards it: left, front, up
constexpr int kSamples = 2;  // a pixel and direction, against jagged outlines

// The map as a viewer in front of the patient counts: i to the right, j away, k down.
class FrontView {
 public:
  explicit FrontView(const LabelMap& map) : map_(map), size_(map.geometry.size) {
    const auto& d = map.geometry.direction;
    flip_ = {d[0] < -0.5, d[4]<-0.5, d[8]> - 0.5};
  }
  [[nodiscard]] std::int64_t index(int axis, std::int64_t seen) const {
    return flip_[static_cast<std::size_t>(axis)] ? size_[static_cast<std::size_t>(axis)] - 1 - seen
                                                 : seen;
  }
  // 0 outside.
  [[nodiscard]] std::uint8_t at(std::int64_t i, std::int64_t j, std::int64_t k) const {
    if (i < 0 || j < 0 || k < 0 || i >= size_[0] || j >= size_[1] || k >= size_[2]) return 0;
    return map_.at(index(0, i), index(1, j), index(2, k));
  }
  [[nodiscard]] const std::array<std::int64_t, 3>& size() const { return size_; }

 private:
  const LabelMap& map_;
  std::array<std::int64_t, 3> size_;
  std::array<bool, 3> flip_{};
};

// What one ray meets.
struct Hit {
  std::uint8_t label = 0;
  std::int64_t depth = 0;  // voxels
  double light = 0;
};
struct Hits {
  std::int64_t columns = 0, rows = 0;  // i, k
  std::vector<Hit> hits;

  [[nodiscard]] Hit& at(std::int64_t i, std::int64_t k) {
    return hits[static_cast<std::size_t>(k * columns + i)];
  }
  // Nothing beyond the edges.
  [[nodiscard]] const Hit& look(std::int64_t i, std::int64_t k) const {
    static const Hit kNothing;
    const bool is_there = i >= 0 && k >= 0 && i < columns && k < rows;
    return is_there ? hits[static_cast<std::size_t>(k * columns + i)] : kNothing;
  }
};

Hits cast_rays(const FrontView& view) {
  Hits hits{view.size()[0], view.size()[2], {}};
  hits.hits.resize(static_cast<std::size_t>(hits.columns * hits.rows));
  for (std::int64_t k = 0; k < hits.rows; ++k)
    for (std::int64_t j = 0; j < view.size()[1]; ++j)
      for (std::int64_t i = 0; i < hits.columns; ++i) {
        Hit& hit = hits.at(i, k);
        if (hit.label != 0) continue;
        hit.label = view.at(i, j, k);
        hit.depth = j;
      }
  return hits;
}

// A neighbour with its share of the gradient.
struct Neighbour {
  std::int64_t i, j, k;
  std::array<double, 3> weight;  // x right, y away, z up
};
std::vector<Neighbour> neighbours(const Geometry& g) {
  std::array<std::int64_t, 3> step{}, count{};
  for (std::size_t a = 0; a < 3; ++a) {
    step[a] = std::max<std::int64_t>(1, std::lround(kReachMm / kSteps / g.spacing[a]));
    count[a] = std::clamp<std::int64_t>(
        std::lround(kReachMm / (static_cast<double>(step[a]) * g.spacing[a])), 1, kSteps);
  }
  std::vector<Neighbour> list;
  for (std::int64_t k = -count[2]; k <= count[2]; ++k)
    for (std::int64_t j = -count[1]; j <= count[1]; ++j)
      for (std::int64_t i = -count[0]; i <= count[0]; ++i) {
        const double x = static_cast<double>(i * step[0]) * g.spacing[0],
                     y = static_cast<double>(j * step[1]) * g.spacing[1],
                     z = -static_cast<double>(k * step[2]) * g.spacing[2];
        const double square = (x * x + y * y + z * z) / (kReachMm * kReachMm);
        // Beyond, only the next voxels where these are farther apart.
        if (square > 1 && std::max({std::abs(i), std::abs(j), std::abs(k)}) > 1) continue;
        const double share = std::exp(-2 * square);
        list.push_back({i * step[0], j * step[1], k * step[2], {share * x, share * y, share * z}});
      }
  return list;
}

// By Lambert's law; the gradient of a smoothed label points into it.
double lambert(const FrontView& view, const std::vector<Neighbour>& around, std::int64_t i,
               const Hit& hit, std::int64_t k) {
  std::array<double, 3> inwards{0, 1e-9, 0};
  for (const Neighbour& n : around)
    if (view.at(i + n.i, hit.depth + n.j, k + n.k) == hit.label)
      for (std::size_t a = 0; a < 3; ++a) inwards[a] += n.weight[a];
  double size = 0, towards = 0;
  for (std::size_t a = 0; a < 3; ++a) {
    size += inwards[a] * inwards[a];
    towards -= inwards[a] * kLight[a];
  }
  return std::max(0.0, towards / std::sqrt(size));
}

void light_up(Hits& hits, const FrontView& view, const Geometry& geometry) {
  const std::vector<Neighbour> around = neighbours(geometry);
  std::int64_t nearest = view.size()[1], farthest = 0;
  for (const Hit& hit : hits.hits)
    if (hit.label != 0)
      nearest = std::min(nearest, hit.depth), farthest = std::max(farthest, hit.depth);
  const double range = static_cast<double>(std::max<std::int64_t>(1, farthest - nearest));
  for (std::int64_t k = 0; k < hits.rows; ++k)
    for (std::int64_t i = 0; i < hits.columns; ++i) {
      Hit& hit = hits.at(i, k);
      if (hit.label == 0) continue;
      const double deep = static_cast<double>(hit.depth - nearest) / range;
      hit.light = (kAmbient + (1 - kAmbient) * lambert(view, around, i, hit, k)) *
                  (1 - (1 - kDeepest) * deep);
    }
}

// The colour between four rays: of the label that has most of them, so that outlines are straight
// where rays are far apart.
std::array<double, 3> colour_at(const Hits& hits, double x, double z) {
  const double i0 = std::floor(x), k0 = std::floor(z), fx = x - i0, fz = z - k0;
  std::array<const Hit*, 4> near{};
  const std::array<double, 4> weight{(1 - fx) * (1 - fz), fx * (1 - fz), (1 - fx) * fz, fx * fz};
  for (std::size_t n = 0; n < 4; ++n)
    near[n] = &hits.look(static_cast<std::int64_t>(i0) + static_cast<std::int64_t>(n % 2),
                         static_cast<std::int64_t>(k0) + static_cast<std::int64_t>(n / 2));
  std::uint8_t label = 0;
  double most = 0, light = 0;
  for (const Hit* candidate : near) {
    double share = 0, lit = 0;
    for (std::size_t n = 0; n < 4; ++n)
      if (near[n]->label == candidate->label) share += weight[n], lit += weight[n] * near[n]->light;
    if (share > most) most = share, label = candidate->label, light = lit / share;
  }
  if (label == 0) return {255, 255, 255};
  std::array<double, 3> colour{};
  for (std::size_t c = 0; c < 3; ++c) colour[c] = light * label_colour(label)[c];
  return colour;
}

}  // namespace

Window front_window(const std::vector<const LabelMap*>& maps) {
  const auto& size = maps.front()->geometry.size;
  Window w{size[0], 0, size[2], 0};
  for (const LabelMap* map : maps)
    for (std::int64_t z = 0; z < size[2]; ++z)
      for (std::int64_t y = 0; y < size[1]; ++y) {
        const std::uint8_t* row = map->voxels.data() + map->index(0, y, z);
        const std::uint8_t* first = std::find_if(row, row + size[0], [](auto v) { return v != 0; });
        if (first == row + size[0]) continue;
        const std::uint8_t* last = row + size[0] - 1;
        while (*last == 0) --last;
        w = {std::min<std::int64_t>(w.x0, first - row),
             std::max<std::int64_t>(w.x1, last - row + 1), std::min(w.y0, z),
             std::max(w.y1, z + 1)};
      }
  if (w.x1 == 0) return {0, size[0], 0, size[2]};
  const auto& spacing = maps.front()->geometry.spacing;
  const std::int64_t margin_x = std::max<std::int64_t>(1, (w.x1 - w.x0) / 40);
  const auto margin_z = std::max<std::int64_t>(
      1, std::lround(static_cast<double>(margin_x) * spacing[0] / spacing[2]));
  return {w.x0 - margin_x, w.x1 + margin_x, w.y0 - margin_z, w.y1 + margin_z};
}

Picture render_surface(const LabelMap& map, const Window& window, int width) {
  const Geometry& g = map.geometry;
  const FrontView view(map);
  Hits hits = cast_rays(view);
  light_up(hits, view, g);
  const double across = static_cast<double>(window.x1 - window.x0) / width;  // voxels a pixel
  const double down = across * g.spacing[0] / g.spacing[2];
  Picture picture{width, 1, {}};
  picture.height =
      std::max(1, static_cast<int>(std::lround(static_cast<double>(window.y1 - window.y0) / down)));
  // The window's first column and row as they are seen.
  const auto left =
      static_cast<double>(std::min(view.index(0, window.x0), view.index(0, window.x1 - 1)));
  const auto top =
      static_cast<double>(std::min(view.index(2, window.y0), view.index(2, window.y1 - 1)));
  picture.rgb.reserve(static_cast<std::size_t>(width) * picture.height * 3);
  for (int py = 0; py < picture.height; ++py)
    for (int px = 0; px < width; ++px) {
      std::array<double, 3> sum{};
      for (int s = 0; s < kSamples * kSamples; ++s) {
        const double x = left + (px + (s % kSamples + 0.5) / kSamples) * across - 0.5;
        const double z = top + (py + (s / kSamples + 0.5) / kSamples) * down - 0.5;
        const auto colour = colour_at(hits, x, z);
        for (std::size_t c = 0; c < 3; ++c) sum[c] += colour[c] / (kSamples * kSamples);
      }
      for (const double c : sum)
        picture.rgb.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(c, 0.0, 255.0))));
    }
  return picture;
}

}  // namespace myoseg
