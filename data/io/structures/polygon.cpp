#include "data/io/structures/polygon.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace myoseg {
namespace {

// Where the outlines cross the row of pixel centres at y.
void add_crossings(const Polygon& polygon, double y, std::vector<double>& crossings) {
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    if ((a[1] <= y) == (b[1] <= y)) continue;
    crossings.push_back(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]));
  }
}

constexpr float kFar = 1e18F;

// Squared distances along one line to the least of `at` plus the squared distance: the lower
// envelope of parabolas.
class LineTransform {
 public:
  void operator()(std::span<float> at, double step) {
    const std::size_t n = at.size();
    roots_.resize(n), bounds_.resize(n + 1), in_.assign(at.begin(), at.end());
    std::size_t count = 0;
    for (std::size_t q = 0; q < n; ++q) {
      if (in_[q] >= kFar) continue;
      double bound = -std::numeric_limits<double>::infinity();
      while (count > 0) {
        bound = meeting(roots_[count - 1], q, step);
        if (bound > bounds_[count - 1]) break;
        --count;
        bound = -std::numeric_limits<double>::infinity();
      }
      roots_[count] = q, bounds_[count] = bound, ++count;
    }
    for (std::size_t q = 0, k = 0; q < n && count > 0; ++q) {
      while (k + 1 < count && bounds_[k + 1] < static_cast<double>(q)) ++k;
      const double away = (static_cast<double>(q) - static_cast<double>(roots_[k])) * step;
      at[q] = static_cast<float>(away * away + in_[roots_[k]]);
    }
  }

 private:
  [[nodiscard]] double meeting(std::size_t p, std::size_t q, double step) const {
    const auto a = static_cast<double>(p), b = static_cast<double>(q);
    const double s = step * step;
    return ((in_[q] + s * b * b) - (in_[p] + s * a * a)) / (2 * s * (b - a));
  }

  std::vector<std::size_t> roots_;
  std::vector<double> bounds_;
  std::vector<float> in_;
};

// Distances from every pixel to the nearest one that is `inside`.
std::vector<float> distances_to(std::span<const std::uint8_t> mask, bool inside, std::int64_t width,
                                std::int64_t height, double pixel_width, double pixel_height) {
  std::vector<float> out(mask.size());
  for (std::size_t i = 0; i < mask.size(); ++i) out[i] = (mask[i] != 0) == inside ? 0 : kFar;
  LineTransform transform;
  const auto w = static_cast<std::size_t>(width), h = static_cast<std::size_t>(height);
  for (std::size_t y = 0; y < h; ++y) transform(std::span(out).subspan(y * w, w), pixel_width);
  std::vector<float> column(h);
  for (std::size_t x = 0; x < w; ++x) {
    for (std::size_t y = 0; y < h; ++y) column[y] = out[y * w + x];
    transform(column, pixel_height);
    for (std::size_t y = 0; y < h; ++y) out[y * w + x] = column[y];
  }
  for (float& d : out) d = std::sqrt(d);
  return out;
}

}  // namespace

void fill_even_odd(std::span<const Polygon> outlines, std::int64_t width, std::int64_t height,
                   std::span<std::uint8_t> mask) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Polygon& polygon : outlines)
    for (const Point& point : polygon)
      low = std::min(low, point[1]), high = std::max(high, point[1]);
  if (!(low <= high)) return;
  const auto first = static_cast<std::int64_t>(std::clamp(std::ceil(low), 0.0, 1e9));
  const auto last = static_cast<std::int64_t>(
      std::clamp(std::floor(high), -1.0, static_cast<double>(height - 1)));
  std::vector<double> crossings;
  for (std::int64_t y = first; y <= last; ++y) {
    crossings.clear();
    for (const Polygon& polygon : outlines)
      add_crossings(polygon, static_cast<double>(y), crossings);
    std::sort(crossings.begin(), crossings.end());
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
      const double end = std::min(std::ceil(crossings[i + 1]), static_cast<double>(width));
      for (auto x = static_cast<std::int64_t>(std::max(std::ceil(crossings[i]), 0.0));
           static_cast<double>(x) < end; ++x)
        mask[static_cast<std::size_t>(y * width + x)] = 1;
    }
  }
}

std::vector<float> signed_distance(std::span<const std::uint8_t> mask, std::int64_t width,
                                   std::int64_t height, double pixel_width, double pixel_height) {
  std::vector<float> to_inside = distances_to(mask, true, width, height, pixel_width, pixel_height);
  const std::vector<float> to_outside =
      distances_to(mask, false, width, height, pixel_width, pixel_height);
  const auto half = static_cast<float>(std::min(pixel_width, pixel_height) / 2);
  for (std::size_t i = 0; i < mask.size(); ++i)
    to_inside[i] = mask[i] != 0 ? half - to_outside[i] : to_inside[i] - half;
  return to_inside;
}

}  // namespace myoseg
