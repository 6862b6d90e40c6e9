// From a mask to its outlines: the second half of polygon.h.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "data/io/structures/polygon.h"

namespace myoseg {
namespace {

// Twice the coordinates, which are whole numbers.
using Corner = std::pair<std::int64_t, std::int64_t>;

// The steps of outlines inside each square of four pixels, the inside on the left in a picture
// whose y goes up (on the right where it goes down).
class Tracer {
 public:
  Tracer(std::span<const std::uint8_t> mask, std::int64_t width, std::int64_t height)
      : mask_(mask), width_(width), height_(height) {
    for (std::int64_t y = -1; y < height; ++y)
      for (std::int64_t x = -1; x < width; ++x) add_square(x, y);
  }

  std::vector<Polygon> outlines() {
    std::vector<Polygon> out;
    while (!next_.empty()) {
      const Corner start = next_.begin()->first;
      Polygon polygon;
      Corner at = start;
      do {
        const auto step = next_.find(at);
        polygon.push_back({static_cast<double>(at.first) / 2, static_cast<double>(at.second) / 2});
        at = step->second;
        next_.erase(step);
      } while (at != start);
      out.push_back(without_midpoints(polygon));
    }
    return out;
  }

 private:
  [[nodiscard]] bool inside(std::int64_t x, std::int64_t y) const {
    return x >= 0 && y >= 0 && x < width_ && y < height_ &&
           mask_[static_cast<std::size_t>(y * width_ + x)] != 0;
  }

  // The middles of the four sides of the square whose first pixel is (x, y).
  void add_square(std::int64_t x, std::int64_t y) {
    const bool a = inside(x, y), b = inside(x + 1, y), c = inside(x + 1, y + 1),
               d = inside(x, y + 1);
    const Corner ab{2 * x + 1, 2 * y}, bc{2 * x + 2, 2 * y + 1}, cd{2 * x + 1, 2 * y + 2},
        da{2 * x, 2 * y + 1};
    // Around each run of inner corners, so that those across a corner stay apart.
    const bool in[] = {a, b, c, d};
    const Corner before[] = {da, ab, bc, cd}, behind[] = {ab, bc, cd, da};
    for (std::size_t i = 0; i < 4; ++i) {
      if (!in[i] || in[(i + 3) % 4]) continue;  // a run begins behind an outer corner
      std::size_t last = i;
      while (in[(last + 1) % 4]) last = (last + 1) % 4;
      next_[behind[last]] = before[i];
    }
  }

  static Polygon without_midpoints(const Polygon& in) {
    Polygon out;
    for (std::size_t i = 0; i < in.size(); ++i) {
      const Point& a = in[(i + in.size() - 1) % in.size()];
      const Point& b = in[i];
      const Point& c = in[(i + 1) % in.size()];
      const double turn = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]);
      if (turn != 0) out.push_back(b);
    }
    return out;
  }

  std::span<const std::uint8_t> mask_;
  std::int64_t width_, height_;
  std::map<Corner, Corner> next_;
};

bool encloses(const Polygon& polygon, const Point& point) {
  bool in = false;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    if ((a[1] <= point[1]) != (b[1] <= point[1]) &&
        point[0] < a[0] + (point[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
      in = !in;
  }
  return in;
}

double squared(const Point& a, const Point& b) {
  return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
}

// The outline, to the hole, around it and back.
void join(Polygon& outline, const Polygon& hole) {
  std::size_t at = 0, from = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < outline.size(); ++i)
    for (std::size_t k = 0; k < hole.size(); ++k)
      if (const double d = squared(outline[i], hole[k]); d < least) least = d, at = i, from = k;
  Polygon slit;
  for (std::size_t k = 0; k <= hole.size(); ++k) slit.push_back(hole[(from + k) % hole.size()]);
  slit.push_back(outline[at]);
  outline.insert(outline.begin() + static_cast<std::ptrdiff_t>(at) + 1, slit.begin(), slit.end());
}

}  // namespace

std::vector<Polygon> trace(std::span<const std::uint8_t> mask, std::int64_t width,
                           std::int64_t height) {
  return Tracer(mask, width, height).outlines();
}

double area(const Polygon& polygon) {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    twice += a[0] * b[1] - a[1] * b[0];
  }
  return twice / 2;
}

std::vector<Polygon> with_keyholes(std::vector<Polygon> outlines) {
  std::vector<Polygon> outer, holes;
  for (Polygon& polygon : outlines)
    (area(polygon) > 0 ? outer : holes).push_back(std::move(polygon));
  std::vector<double> areas;
  for (const Polygon& polygon : outer) areas.push_back(area(polygon));
  const std::vector<Polygon> shapes = outer;  // without the holes that are joined
  for (const Polygon& hole : holes) {
    std::size_t around = outer.size();
    for (std::size_t i = 0; i < shapes.size(); ++i)
      if (encloses(shapes[i], hole.front()) && (around == outer.size() || areas[i] < areas[around]))
        around = i;
    if (around < outer.size()) join(outer[around], hole);
  }
  return outer;
}

}  // namespace myoseg
