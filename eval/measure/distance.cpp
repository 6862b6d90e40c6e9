#include "eval/measure/distance.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace myoseg {
namespace {

struct Offset {
  std::int64_t x, place;  // `place`: words from a row to the row that the offset leads to
  double mm;
};

// About this many offsets are tried on whole words before the rest is searched row by row.
constexpr double kOffsets = 300;

// All offsets up to some length, shortest first: a point without a partner at any of them has its
// nearest farther away.
std::vector<Offset> near_offsets(const BitMask& grid, const std::array<double, 3>& spacing) {
  const std::array<std::int64_t, 3> reach{63, grid.reach()[0], grid.reach()[1]};
  double volume = 1;  // of an offset's cell, over the axes that have any extent
  int axes = 0;
  for (std::size_t a = 0; a < 3; ++a)
    if (grid.size()[a] > 1) {
      volume *= spacing[a];
      ++axes;
    }
  double radius = axes == 3   ? std::cbrt(kOffsets * volume * 3 / (4 * std::numbers::pi))
                  : axes == 2 ? std::sqrt(kOffsets * volume / std::numbers::pi)
                              : kOffsets * volume / 2;
  std::array<std::int64_t, 3> most{};
  for (std::size_t a = 0; a < 3; ++a) {
    // Beyond the margin of zeros nothing may be read; beyond the grid nothing can be found.
    if (grid.size()[a] - 1 > reach[a])
      radius = std::min(radius, static_cast<double>(reach[a] + 1) * spacing[a] * (1 - 1e-9));
    most[a] = std::min(reach[a], grid.size()[a] - 1);
  }
  for (std::size_t a = 0; a < 3; ++a)
    most[a] = std::min(most[a], static_cast<std::int64_t>(radius / spacing[a]));
  std::vector<Offset> offsets;
  for (std::int64_t z = -most[2]; z <= most[2]; ++z)
    for (std::int64_t y = -most[1]; y <= most[1]; ++y)
      for (std::int64_t x = -most[0]; x <= most[0]; ++x) {
        const double mm = std::sqrt(squared_length(spacing, x, y, z));
        if (mm <= radius)
          offsets.push_back({x, z * grid.slice_stride() + y * grid.row_stride(), mm});
      }
  std::stable_sort(offsets.begin(), offsets.end(),
                   [](const Offset& a, const Offset& b) { return a.mm < b.mm; });
  return offsets;
}

// Words of `from` in which some points have no distance yet.
class OpenWords {
 public:
  explicit OpenWords(const BitMask& from) : from_(from) {
    for (std::int64_t z = 0; z < from.size()[2]; ++z)
      for (std::int64_t y = 0; y < from.size()[1]; ++y)
        for (std::int64_t i = from.row(y, z), end = i + from.words(); i < end; ++i)
          if (from.data()[i] != 0) {
            places_.push_back(i);
            bits_.push_back(from.data()[i]);
          }
  }
  [[nodiscard]] bool empty() const { return places_.size() == closed_; }

  // Tells and closes the points that have a partner at the offset.
  void match(const BitMask& to, const Offset& offset,
             const std::function<void(const Found&)>& visit) {
    if (offset.x == 0)
      match_words(offset, visit, [words = to.data()](std::int64_t i) { return words[i]; });
    else if (offset.x > 0)
      match_words(offset, visit, [words = to.data(), n = offset.x](std::int64_t i) {
        return words[i] >> n | words[i + 1] << (64 - n);
      });
    else
      match_words(offset, visit, [words = to.data(), n = -offset.x](std::int64_t i) {
        return words[i] << n | words[i - 1] >> (64 - n);
      });
  }

  [[nodiscard]] std::vector<Query> points() const {
    std::vector<Query> points;
    for (std::size_t k = 0; k < places_.size(); ++k) {
      const auto first = from_.voxel(places_[k]);
      for (std::uint64_t bits = bits_[k]; bits != 0; bits &= bits - 1)
        points.push_back({first[0] + std::countr_zero(bits), first[1], first[2]});
    }
    return points;
  }

 private:
  template <class Partners>
  void match_words(const Offset& offset, const std::function<void(const Found&)>& visit,
                   const Partners& partners) {
    const std::int64_t* places = places_.data();
    std::uint64_t* bits = bits_.data();
    const std::size_t n = places_.size();
    for (std::size_t k = 0; k < n; ++k) {
      const std::uint64_t hits = bits[k] & partners(places[k] + offset.place);
      if (hits == 0) continue;
      visit({places[k], hits, offset.mm});
      bits[k] &= ~hits;
      closed_ += bits[k] == 0 ? 1 : 0;
    }
    if (closed_ * 4 > n) drop_closed();
  }

  void drop_closed() {
    std::size_t open = 0;
    for (std::size_t k = 0; k < places_.size(); ++k) {
      places_[open] = places_[k];
      bits_[open] = bits_[k];
      open += bits_[k] != 0 ? 1 : 0;
    }
    places_.resize(open);
    bits_.resize(open);
    closed_ = 0;
  }

  const BitMask& from_;
  std::vector<std::int64_t> places_;  // in data()
  std::vector<std::uint64_t> bits_;
  std::size_t closed_ = 0;  // words without open points, still in the lists
};

}  // namespace

SearchCost for_each_nearest(const BitMask& from, const BitMask& to,
                            const std::array<double, 3>& spacing,
                            const std::function<void(const Found&)>& visit) {
  OpenWords open(from);
  for (const Offset& offset : near_offsets(to, spacing)) {
    if (open.empty()) return {};
    open.match(to, offset, visit);
  }
  std::vector<Query> points = open.points();
  if (points.empty()) return {};

  // A visited row costs about as much as four voxels of the transform.
  const std::int64_t budget = to.size()[0] * to.size()[1] * to.size()[2] / 4;
  const auto tell = [&](const Query& q) {
    visit({to.row(q.y, q.z) + q.x / 64, std::uint64_t{1} << (q.x % 64), std::sqrt(q.squared)});
  };
  RowSearch rows(to, spacing);
  SearchCost cost;
  while (cost.by_row < static_cast<std::int64_t>(points.size()) && rows.rows_visited() < budget) {
    Query& query = points[static_cast<std::size_t>(cost.by_row++)];
    rows.find(query);
    tell(query);
  }
  points.erase(points.begin(), points.begin() + cost.by_row);
  transform_distances(to, spacing, points);
  for (const Query& query : points) tell(query);
  cost.by_transform = static_cast<std::int64_t>(points.size());
  return cost;
}

}  // namespace myoseg
