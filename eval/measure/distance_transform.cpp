// The distance transform of eval/measure/distance.h, evaluated where it is asked for.
#include <algorithm>
#include <bit>

#include "core/lower_envelope.h"
#include "eval/measure/distance.h"

namespace myoseg {
namespace {

// Entries of the map of one block of rows; keeps a thread's memory near 64 MiB for any volume.
constexpr std::int64_t kMostEntries = 16 << 20;
constexpr std::int32_t kNone = -1;

// The nearest set bit of a row for every x in [begin, end), or kNone for an empty row.
void nearest_in_row(const BitMask& to, std::int64_t y, std::int64_t z, std::int64_t begin,
                    std::int64_t end, std::int32_t* nearest) {
  const std::uint64_t* row = to.data() + to.row(y, z);
  std::int64_t left = -1, right = -1;  // of x; right == size: none
  const std::int64_t size = to.size()[0];
  const auto next = [&](std::int64_t x) {  // first set bit at or after x
    std::uint64_t bits = x < size ? row[x / 64] & ~std::uint64_t{0} << (x % 64) : 0;
    for (std::int64_t i = x / 64; i < to.words(); bits = row[++i])
      if (bits != 0) return 64 * i + std::countr_zero(bits);
    return size;
  };
  right = next(0);
  if (right == size) {
    std::fill(nearest, nearest + (end - begin), kNone);
    return;
  }
  while (right < begin) {
    left = right;
    right = next(right + 1);
  }
  for (std::int64_t x = begin; x < end; ++x) {
    if (x > right) {
      left = right;
      right = next(right + 1);
    }
    const bool go_left = right == size || (left >= 0 && x - left <= right - x);
    nearest[x - begin] = static_cast<std::int32_t>(go_left ? left : right);
  }
}

// Queries sorted by y, x, z in [first, last) whose rows [y_begin, y_end) make one block: for each
// slice and each place of the block the nearest point of that slice, then along z at the queries.
class Block {
 public:
  Block(const BitMask& to, const std::array<double, 3>& spacing, std::int64_t y_begin,
        std::int64_t y_end, std::int64_t x_begin, std::int64_t x_end)
      : to_(to),
        spacing_(spacing),
        y_begin_(y_begin),
        y_end_(y_end),
        x_begin_(x_begin),
        x_end_(x_end),
        map_(static_cast<std::size_t>(to.size()[2] * slice()), kNone) {
    std::vector<std::int32_t> rows(static_cast<std::size_t>(to.size()[1] * (x_end - x_begin)));
    for (std::int64_t z = 0; z < to.size()[2]; ++z) fill_slice(z, rows);
  }

  void answer(std::vector<Query>::iterator first, std::vector<Query>::iterator last) const {
    LowerEnvelope envelope(spacing_[2]);
    while (first != last) {
      const std::int64_t x = first->x, y = first->y;
      envelope.clear();
      for (std::int64_t z = 0; z < to_.size()[2]; ++z)
        if (const std::int32_t point = entry(x, y, z); point != kNone)
          envelope.add(z, squared(x, y, 0, point));
      for (; first != last && first->x == x && first->y == y; ++first) {
        const std::int64_t z = envelope.lowest(first->z);
        first->squared = squared(x, y, z - first->z, entry(x, y, z));
      }
    }
  }

 private:
  [[nodiscard]] std::int64_t slice() const { return (y_end_ - y_begin_) * (x_end_ - x_begin_); }
  // y * size + x of the point of slice z that is nearest to (x,y,z).
  [[nodiscard]] std::int32_t entry(std::int64_t x, std::int64_t y, std::int64_t z) const {
    return map_[static_cast<std::size_t>(z * slice() + (y - y_begin_) * (x_end_ - x_begin_) + x -
                                         x_begin_)];
  }
  // From (x,y) of a slice, `dz` slices away, to a point of it.
  [[nodiscard]] double squared(std::int64_t x, std::int64_t y, std::int64_t dz,
                               std::int32_t point) const {
    const auto row = static_cast<std::int32_t>(to_.size()[0]);
    return squared_length(spacing_, point % row - x, point / row - y, dz);
  }

  void fill_slice(std::int64_t z, std::vector<std::int32_t>& rows) {
    const std::int64_t width = x_end_ - x_begin_;
    bool any = false;
    for (std::int64_t y = 0; y < to_.size()[1]; ++y) {
      std::int32_t* row = rows.data() + y * width;
      nearest_in_row(to_, y, z, x_begin_, x_end_, row);
      any = any || row[0] != kNone;
    }
    if (!any) return;
    LowerEnvelope envelope(spacing_[1]);
    for (std::int64_t x = x_begin_; x < x_end_; ++x) {
      envelope.clear();
      const std::int32_t* column = rows.data() + (x - x_begin_);
      for (std::int64_t y = 0; y < to_.size()[1]; ++y)
        if (column[y * width] != kNone)
          envelope.add(y, squared_length(spacing_, column[y * width] - x, 0, 0));
      for (std::int64_t y = y_begin_; y < y_end_; ++y) {
        const std::int64_t nearest = envelope.lowest(y);
        map_[static_cast<std::size_t>(z * slice() + (y - y_begin_) * width + x - x_begin_)] =
            static_cast<std::int32_t>(nearest * to_.size()[0] + column[nearest * width]);
      }
    }
  }

  const BitMask& to_;
  std::array<double, 3> spacing_;
  std::int64_t y_begin_, y_end_, x_begin_, x_end_;
  std::vector<std::int32_t> map_;
};

}  // namespace

void transform_distances(const BitMask& to, const std::array<double, 3>& spacing,
                         std::vector<Query>& queries) {
  if (queries.empty()) return;
  std::sort(queries.begin(), queries.end(), [](const Query& a, const Query& b) {
    return a.y != b.y ? a.y < b.y : a.x != b.x ? a.x < b.x : a.z < b.z;
  });
  const auto [least, most] = std::minmax_element(
      queries.begin(), queries.end(), [](const Query& a, const Query& b) { return a.x < b.x; });
  const std::int64_t x_begin = least->x, x_end = most->x + 1;
  const std::int64_t rows =
      std::max<std::int64_t>(1, kMostEntries / (to.size()[2] * (x_end - x_begin)));
  for (auto first = queries.begin(); first != queries.end();) {
    const std::int64_t y_begin = first->y;
    const auto last =
        std::find_if(first, queries.end(), [&](const Query& q) { return q.y >= y_begin + rows; });
    Block(to, spacing, y_begin, std::prev(last)->y + 1, x_begin, x_end).answer(first, last);
    first = last;
  }
}

}  // namespace myoseg
