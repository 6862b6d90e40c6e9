// The search row by row of eval/measure/distance.h.
#include <algorithm>
#include <bit>
#include <limits>

#include "eval/measure/distance.h"

namespace myoseg {

RowSearch::RowSearch(const BitMask& to, const std::array<double, 3>& spacing)
    : to_(to),
      spacing_(spacing),
      occupied_(static_cast<std::size_t>(to.size()[1] * to.size()[2]), 0),
      slices_(static_cast<std::size_t>(to.size()[2]), 0) {
  for (std::int64_t z = 0; z < to.size()[2]; ++z)
    for (std::int64_t y = 0; y < to.size()[1]; ++y) {
      const std::uint64_t* row = to.data() + to.row(y, z);
      if (std::all_of(row, row + to.words(), [](std::uint64_t word) { return word == 0; }))
        continue;
      occupied_[static_cast<std::size_t>(z * to.size()[1] + y)] = 1;
      slices_[static_cast<std::size_t>(z)] = 1;
    }
}

void RowSearch::find(Query& query) {
  // The point nearest to the query before is a good guess and a true upper bound.
  best_ = last_[0] < 0 ? std::numeric_limits<double>::infinity()
                       : squared_length(spacing_, query.x - last_[0], query.y - last_[1],
                                        query.z - last_[2]);
  for (std::int64_t d = 0; d < to_.size()[2] && squared_length(spacing_, 0, 0, d) < best_; ++d) {
    search_slice(query, query.z - d);
    if (d > 0) search_slice(query, query.z + d);
  }
  query.squared = best_;
}

void RowSearch::search_slice(const Query& query, std::int64_t z) {
  const std::int64_t rows = to_.size()[1];
  ++visited_;
  if (z < 0 || z >= to_.size()[2] || slices_[static_cast<std::size_t>(z)] == 0) return;
  for (std::int64_t d = 0; d < rows; ++d) {
    const double others = squared_length(spacing_, 0, d, query.z - z);
    if (others >= best_) return;
    for (const std::int64_t y : {query.y - d, query.y + d})
      if (y >= 0 && y < rows && occupied_[static_cast<std::size_t>(z * rows + y)] != 0)
        search_row(query, y, z, others);
    ++visited_;
  }
}

void RowSearch::search_row(const Query& query, std::int64_t y, std::int64_t z, double others) {
  const std::uint64_t* row = to_.data() + to_.row(y, z);
  const std::int64_t word = query.x / 64;
  const int bit = static_cast<int>(query.x % 64);
  const auto consider = [&](std::int64_t x) {
    const double dx = static_cast<double>(x - query.x) * spacing_[0];
    if (others + dx * dx >= best_) return;
    best_ = others + dx * dx;
    last_ = {x, y, z};
  };
  std::uint64_t bits = row[word] & ~std::uint64_t{0} << bit;
  for (std::int64_t i = word; i < to_.words(); bits = row[++i]) {
    if (bits != 0) {
      consider(64 * i + std::countr_zero(bits));
      break;
    }
  }
  bits = row[word] & ~std::uint64_t{0} >> (63 - bit);
  for (std::int64_t i = word; i >= 0; bits = row[--i]) {
    if (bits != 0) {
      consider(64 * i + 63 - std::countl_zero(bits));
      break;
    }
  }
}

}  // namespace myoseg
