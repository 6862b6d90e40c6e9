// Exact Euclidean distances (mm) from the points of one binary grid to the nearest of another.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "eval/measure/surface_mask.h"

namespace myoseg {

// (dz spacing_z)^2 + (dy spacing_y)^2 + (dx spacing_x)^2, added in this order, which is SciPy's:
// equal distances come out as equal numbers there and here.
[[nodiscard]] inline double squared_length(const std::array<double, 3>& spacing, std::int64_t dx,
                                           std::int64_t dy, std::int64_t dz) {
  const double x = static_cast<double>(dx) * spacing[0], y = static_cast<double>(dy) * spacing[1],
               z = static_cast<double>(dz) * spacing[2];
  return z * z + y * y + x * x;
}

// Some points of one word of `from`, all `mm` away from their nearest.
struct Found {
  std::int64_t place;  // of the word in data(); BitMask::voxel says where that is
  std::uint64_t bits;
  double mm;
};

// How the search was done; the distances are the same.
struct SearchCost {
  std::int64_t by_row = 0;        // points searched row by row
  std::int64_t by_transform = 0;  // points that went to the distance transform
};

// Tells the distance of every point of `from` to the nearest point of `to`, each point once, in no
// order. Both grids have the same size; `to` must not be empty. Points that nearly meet, the usual
// case, are found 64 at a time by shifting bits; the rest row by row, nearest rows first; and when
// that would cost more than a distance transform over the grid, by one: the time grows with the
// grid, never with the product of the two sets.
SearchCost for_each_nearest(const BitMask& from, const BitMask& to,
                            const std::array<double, 3>& spacing,
                            const std::function<void(const Found&)>& visit);

// A point of a grid and the square of its distance (mm^2).
struct Query {
  std::int64_t x, y, z;
  double squared = 0;
};
// Fills in `squared`, the distance to the nearest point of `to`, which must not be empty, by a
// separable transform with lower envelopes of parabolas (Felzenszwalb & Huttenlocher, Theory of
// Computing 8, 2012): linear in the grid. Sorts the queries.
void transform_distances(const BitMask& to, const std::array<double, 3>& spacing,
                         std::vector<Query>& queries);

// The same for one point after the other, by looking through the rows around it.
class RowSearch {
 public:
  RowSearch(const BitMask& to, const std::array<double, 3>& spacing);
  void find(Query& query);
  [[nodiscard]] std::int64_t rows_visited() const { return visited_; }

 private:
  void search_slice(const Query& query, std::int64_t z);
  void search_row(const Query& query, std::int64_t y, std::int64_t z, double others);

  const BitMask& to_;
  std::array<double, 3> spacing_;
  std::vector<std::uint8_t> occupied_;            // by row
  std::vector<std::uint8_t> slices_;              // by slice
  std::array<std::int64_t, 3> last_{-1, -1, -1};  // the nearest point of the query before
  double best_ = 0;
  std::int64_t visited_ = 0;
};

}  // namespace myoseg
