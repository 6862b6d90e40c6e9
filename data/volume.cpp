#include "data/volume.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace myoseg {
namespace {

template <class T>
std::string triple(const std::array<T, 3>& v) {
  return fmt::format("{:g} x {:g} x {:g}", static_cast<double>(v[0]), static_cast<double>(v[1]),
                     static_cast<double>(v[2]));
}

}  // namespace

std::string difference(const Geometry& a, const Geometry& b) {
  if (a.size != b.size) return fmt::format("size {} against {}", triple(a.size), triple(b.size));
  if (!a.has_pixel_size() || !b.has_pixel_size()) return "";
  for (std::size_t i = 0; i < 3; ++i)
    if (!(std::abs(a.spacing[i] - b.spacing[i]) <= 1e-3))
      return fmt::format("spacing {} against {} mm", triple(a.spacing), triple(b.spacing));
  for (std::size_t i = 0; i < 9; ++i)
    if (!(std::abs(a.direction[i] - b.direction[i]) <= 1e-3))
      return fmt::format("direction [{:.4g}] against [{:.4g}]", fmt::join(a.direction, " "),
                         fmt::join(b.direction, " "));
  for (std::size_t i = 0; i < 3; ++i) {  // in voxels, along the grid's axes
    double along = 0;
    for (std::size_t r = 0; r < 3; ++r)
      along += a.direction[3 * r + i] * (a.origin[r] - b.origin[r]);
    if (!(std::abs(along) <= 1e-2 * a.spacing[i]))
      return fmt::format("origin ({:g}) against ({:g}) mm", fmt::join(a.origin, ", "),
                         fmt::join(b.origin, ", "));
  }
  return "";
}

std::string voxel_text(const Geometry& grid, std::size_t index) {
  const auto& size = grid.size;
  const auto at = static_cast<std::int64_t>(index) % grid.voxels();
  return fmt::format("({}, {}, {})", at % size[0], at / size[0] % size[1], at / size[0] / size[1]);
}

}  // namespace myoseg
