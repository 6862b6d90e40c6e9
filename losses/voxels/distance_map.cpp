#include "losses/voxels/distance_map.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/lower_envelope.h"

namespace myoseg {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

// squared[i]: from 0 at the points and infinity elsewhere to the squared distance from the nearest
// point.
void transform(const LabelGrid& grid, std::vector<double>& squared) {
  std::int64_t step = 1;
  std::vector<double> line;
  for (std::size_t axis = 3; axis-- > 0;) {
    const std::int64_t length = grid.size[axis];
    line.resize(static_cast<std::size_t>(length));
    LowerEnvelope envelope(grid.spacing[axis]);
    const std::int64_t skip = step * (length - 1) + 1;  // from the last line of a group to the next
    for (std::int64_t i = 0; i < std::ssize(squared); i += (i + 1) % step == 0 ? skip : 1) {
      envelope.clear();
      for (std::int64_t p = 0; p < length; ++p) {
        const double height = squared[static_cast<std::size_t>(i + p * step)];
        line[static_cast<std::size_t>(p)] = height;
        if (height != kFar) envelope.add(p, height);
      }
      if (envelope.empty()) continue;
      for (std::int64_t p = 0; p < length; ++p) {
        const std::int64_t nearest = envelope.lowest(p);
        const double d = static_cast<double>(p - nearest) * grid.spacing[axis];
        squared[static_cast<std::size_t>(i + p * step)] =
            line[static_cast<std::size_t>(nearest)] + d * d;
      }
    }
    step *= length;
  }
}

template <class T>
void signed_distance_of(const LabelGrid& grid, std::int64_t label, T* distance) {
  const std::int64_t voxels = grid.size[0] * grid.size[1] * grid.size[2];
  std::fill(distance, distance + voxels, T{0});
  const std::int64_t inside = std::count(grid.labels, grid.labels + voxels, label);
  if (inside == 0 || inside == voxels) return;
  std::vector<double> squared(static_cast<std::size_t>(voxels));
  for (const bool of_inside : {false, true}) {
    for (std::int64_t i = 0; i < voxels; ++i)
      squared[static_cast<std::size_t>(i)] = (grid.labels[i] == label) == of_inside ? kFar : 0;
    transform(grid, squared);
    for (std::int64_t i = 0; i < voxels; ++i)
      if ((grid.labels[i] == label) == of_inside) {
        const double d = std::sqrt(squared[static_cast<std::size_t>(i)]);
        distance[i] = static_cast<T>(of_inside ? 1 - d : d);
      }
  }
}

}  // namespace

void signed_distance(const LabelGrid& grid, std::int64_t label, float* distance) {
  signed_distance_of(grid, label, distance);
}
void signed_distance(const LabelGrid& grid, std::int64_t label, double* distance) {
  signed_distance_of(grid, label, distance);
}

}  // namespace myoseg
