#include "data/io/formats/grid.h"

#include <fmt/format.h>

#include <cmath>

#include "core/error.h"

namespace myoseg {
namespace {

double dot(const std::array<double, 9>& d, std::size_t i, std::size_t j) {
  return d[i] * d[j] + d[3 + i] * d[3 + j] + d[6 + i] * d[6 + j];
}

}  // namespace

std::string grid_fault(const Geometry& g) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (g.size[i] < 1) return fmt::format("has {} voxels along axis {}", g.size[i], i + 1);
    if (!(g.spacing[i] > 0) || !std::isfinite(g.spacing[i]))
      return fmt::format("has a spacing of {} mm along axis {}", g.spacing[i], i + 1);
    if (!std::isfinite(g.origin[i])) return "has an origin that is no number";
    if (!(std::abs(dot(g.direction, i, i) - 1) <= 2e-3))
      return fmt::format("has an axis {} of no direction", i + 1);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    const double cosine = dot(g.direction, i, (i + 1) % 3);
    if (!(std::abs(cosine) <= 1e-3))
      return fmt::format("has a sheared grid (axes {} and {} meet at {:.3f} degrees, not 90)",
                         i + 1, (i + 1) % 3 + 1, std::acos(cosine) * 180 / 3.14159265358979);
  }
  return "";
}

Geometry checked_grid(const std::string& file, Geometry g) {
  const std::string fault = grid_fault(g);
  if (!fault.empty())
    throw data_error("{}: {}; resample it to a right-angled grid or correct its header", file,
                     fault);
  // Gram-Schmidt: below the tolerance the axes differ from right angles by rounding only.
  auto& d = g.direction;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double along = dot(d, i, j);
      for (std::size_t r = 0; r < 3; ++r) d[3 * r + i] -= along * d[3 * r + j];
    }
    const double length = std::sqrt(dot(d, i, i));
    for (std::size_t r = 0; r < 3; ++r) d[3 * r + i] /= length;
  }
  return g;
}

}  // namespace myoseg
