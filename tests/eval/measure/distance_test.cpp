// Nearest distances against the definition: every pair of points.
#include "eval/measure/distance.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/random.h"

namespace myoseg {
namespace {

using Point = std::array<std::int64_t, 3>;

BitMask grid_of(const Point& size, const std::vector<Point>& points) {
  BitMask grid(size);
  for (const Point& p : points)
    grid.data()[grid.row(p[1], p[2]) + p[0] / 64] |= std::uint64_t{1} << (p[0] % 64);
  return grid;
}

// Points of a grid, each taken with probability `share`.
std::vector<Point> scattered(const Point& size, double share, std::uint64_t seed) {
  Random random(seed, "distance test", {0, 0});
  std::vector<Point> points;
  for (std::int64_t z = 0; z < size[2]; ++z)
    for (std::int64_t y = 0; y < size[1]; ++y)
      for (std::int64_t x = 0; x < size[0]; ++x)
        if (random.uniform() < share) points.push_back({x, y, z});
  return points;
}

double nearest(const Point& p, const std::vector<Point>& others,
               const std::array<double, 3>& spacing) {
  double best = std::numeric_limits<double>::infinity();
  for (const Point& o : others)
    best = std::min(best, squared_length(spacing, o[0] - p[0], o[1] - p[1], o[2] - p[2]));
  return std::sqrt(best);
}

// Checks every point of `from`; returns how the search was done.
SearchCost expect_nearest(const Point& size, const std::vector<Point>& from,
                          const std::vector<Point>& to, const std::array<double, 3>& spacing) {
  const BitMask a = grid_of(size, from), b = grid_of(size, to);
  std::map<Point, double> found;
  const SearchCost cost = for_each_nearest(a, b, spacing, [&](const Found& f) {
    const Point first = a.voxel(f.place);
    for (std::uint64_t bits = f.bits; bits != 0; bits &= bits - 1) {
      const Point p{first[0] + std::countr_zero(bits), first[1], first[2]};
      EXPECT_TRUE(found.emplace(p, f.mm).second) << "a point was told twice";
    }
  });
  EXPECT_EQ(found.size(), from.size());
  for (const Point& p : from)
    if (const auto at = found.find(p); at == found.end())
      ADD_FAILURE() << p[0] << " " << p[1] << " " << p[2] << " was not told";
    else
      EXPECT_NEAR(at->second, nearest(p, to, spacing), 1e-12);
  return cost;
}

TEST(Distance, EveryPointOfScatteredGrids) {
  const std::array<double, 3> spacings[] = {{1, 1, 1}, {0.8, 0.8, 5}, {3, 0.7, 0.2}, {0.1, 2, 2}};
  const Point sizes[] = {{70, 12, 9}, {130, 1, 1}, {5, 40, 1},
                         {1, 1, 30},  {64, 20, 3}, {3, 25, 25}};
  std::uint64_t seed = 0;
  for (const auto& spacing : spacings)
    for (const Point& size : sizes)
      for (const double share : {0.3, 0.02}) {
        auto from = scattered(size, share, ++seed), to = scattered(size, share, ++seed);
        from.push_back({0, 0, 0});
        to.push_back({size[0] - 1, size[1] - 1, size[2] - 1});
        const std::set<Point> once(from.begin(), from.end());
        expect_nearest(size, {once.begin(), once.end()}, to, spacing);
      }
}

TEST(Distance, FarPointsRowByRowAndByTransform) {
  const Point size{90, 60, 50};
  // Two clouds at opposite corners: too many far points for a search by rows.
  std::vector<Point> near, far;
  for (const Point& p : scattered({20, 20, 20}, 0.3, 1)) near.push_back(p);
  for (const Point& p : scattered({20, 20, 20}, 0.3, 2))
    far.push_back({p[0] + 70, p[1] + 40, p[2] + 30});
  const SearchCost clouds = expect_nearest(size, near, far, {1, 1.5, 2});
  EXPECT_GT(clouds.by_transform, 0);
  EXPECT_GT(clouds.by_row, 0);
  // One stray point is not worth a transform.
  const SearchCost stray = expect_nearest(size, {{89, 59, 49}}, near, {1, 1.5, 2});
  EXPECT_EQ(stray.by_row, 1);
  EXPECT_EQ(stray.by_transform, 0);
}

TEST(Distance, TransformAndRowsAgreeWithThePairs) {
  const Point size{40, 30, 20};
  const std::array<double, 3> spacing{0.9, 1.3, 2.5};
  const auto to = scattered(size, 0.002, 3);
  ASSERT_FALSE(to.empty());
  const BitMask grid = grid_of(size, to);
  std::vector<Query> queries;
  for (const Point& p : scattered(size, 0.05, 4)) queries.push_back({p[0], p[1], p[2]});
  transform_distances(grid, spacing, queries);
  RowSearch rows(grid, spacing);
  for (const Query& q : queries) {
    Query again{q.x, q.y, q.z};
    rows.find(again);
    const double expected = nearest({q.x, q.y, q.z}, to, spacing);
    EXPECT_NEAR(std::sqrt(q.squared), expected, 1e-12);
    EXPECT_NEAR(std::sqrt(again.squared), expected, 1e-12);
  }
}

}  // namespace
}  // namespace myoseg
