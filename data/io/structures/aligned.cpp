#include "data/io/structures/aligned.h"

#include <fmt/format.h>

#include <cmath>

namespace myoseg {
namespace {

constexpr double kDirection = 1e-3, kSpacing = 1e-3, kPlace = 1e-2;

// Cosine of the angle between two axes.
double cosine(const Geometry& a, std::size_t i, const Geometry& b, std::size_t j) {
  double sum = 0;
  for (std::size_t r = 0; r < 3; ++r) sum += a.direction[3 * r + i] * b.direction[3 * r + j];
  return sum;
}

}  // namespace

std::array<std::int64_t, 3> Alignment::operator()(std::int64_t x, std::int64_t y,
                                                  std::int64_t z) const {
  std::array<std::int64_t, 3> out = start;
  for (std::size_t i = 0; i < 3; ++i) out[i] += x * step[0][i] + y * step[1][i] + z * step[2][i];
  return out;
}

std::array<double, 3> place_in(const Geometry& grid, const std::array<double, 3>& point) {
  std::array<double, 3> place{};
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t r = 0; r < 3; ++r)
      place[a] += grid.direction[3 * r + a] * (point[r] - grid.origin[r]);
    place[a] /= grid.spacing[a];
  }
  return place;
}

std::optional<Alignment> align(const Geometry& from, const Geometry& onto, std::string& why) {
  Alignment alignment;
  for (std::size_t a = 0; a < 3; ++a) {
    std::size_t axis = 3;
    for (std::size_t b = 0; b < 3; ++b) {
      const double c = cosine(from, a, onto, b);
      if (std::abs(std::abs(c) - 1) > kDirection) continue;
      axis = b;
      alignment.step[a][b] = c > 0 ? 1 : -1;
    }
    if (axis == 3) {
      why = fmt::format("its axis {} lies along none of the image's axes", a + 1);
      return std::nullopt;
    }
    if (from.size[a] > 1 && std::abs(from.spacing[a] - onto.spacing[axis]) > kSpacing) {
      why = fmt::format("its voxels are {:g} mm wide where the image's are {:g} mm",
                        from.spacing[a], onto.spacing[axis]);
      return std::nullopt;
    }
  }
  const auto place = place_in(onto, from.origin);
  for (std::size_t i = 0; i < 3; ++i) {
    const double whole = std::round(place[i]);
    if (!(std::abs(place[i] - whole) <= kPlace) || std::abs(whole) > 1e9) {
      why = fmt::format("its voxels lie {:.3g} of a voxel beside the image's",
                        std::abs(place[i] - whole));
      return std::nullopt;
    }
    alignment.start[i] = static_cast<std::int64_t>(whole);
  }
  return alignment;
}

bool inside(const Geometry& grid, const std::array<std::int64_t, 3>& voxel) {
  for (std::size_t i = 0; i < 3; ++i)
    if (voxel[i] < 0 || voxel[i] >= grid.size[i]) return false;
  return true;
}

}  // namespace myoseg
