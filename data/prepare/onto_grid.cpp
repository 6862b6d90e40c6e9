#include "data/prepare/onto_grid.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "data/prepare/index_map.h"

namespace myoseg {

LabelMap onto_grid(const LabelMap& map, const Geometry& grid) {
  const IndexMap index = index_map(grid, map.geometry);
  LabelMap result(grid, 1);
  for (std::int64_t z = 0; z < grid.size[2]; ++z)
    for (std::int64_t y = 0; y < grid.size[1]; ++y)
      for (std::int64_t x = 0; x < grid.size[0]; ++x) {
        std::array<std::int64_t, 3> place{};
        bool inside = true;
        for (std::size_t a = 0; a < 3 && inside; ++a) {
          const double at = index.at(a, x, y, z);
          inside = lies_on_axis(at, map.geometry.size[a]);
          place[a] = std::clamp(static_cast<std::int64_t>(std::floor(at + 0.5)), std::int64_t{0},
                                map.geometry.size[a] - 1);
        }
        if (inside) result.at(x, y, z) = map.at(place[0], place[1], place[2]);
      }
  return result;
}

}  // namespace myoseg
