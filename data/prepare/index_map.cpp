#include "data/prepare/index_map.h"

namespace myoseg {

IndexMap index_map(const Geometry& from, const Geometry& to) {
  IndexMap map;
  for (std::size_t a = 0; a < 3; ++a) {
    // Directions are orthonormal: their transpose is their inverse.
    const auto along = [&](std::size_t r) { return to.direction[3 * r + a] / to.spacing[a]; };
    for (std::size_t r = 0; r < 3; ++r) {
      map.start[a] += along(r) * (from.origin[r] - to.origin[r]);
      for (std::size_t b = 0; b < 3; ++b)
        map.step[a][b] += along(r) * from.direction[3 * r + b] * from.spacing[b];
    }
  }
  return map;
}

}  // namespace myoseg
