// One pass over a volume's planes, in the order in which they are stored, that makes one value of
// all voxels on a line along one of its axes. Inside data/ only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "core/simd.h"

namespace myoseg {

// What the sum of values may be kept in: whole numbers exactly, for up to 65535 of 16 bits.
template <class T>
using SumOf = std::conditional_t<std::is_integral_v<T>, std::int32_t, double>;

// The sum of the values, of those below `least` as if they were that.
template <class T>
struct Sum {
  using Value = SumOf<T>;
  static constexpr Value kStart = 0;
  T least = std::numeric_limits<T>::lowest();

  [[gnu::always_inline]] Value operator()(Value so_far, T v) const {
    return so_far + static_cast<Value>(v < least ? least : v);
  }
  [[gnu::always_inline]] static Value both(Value a, Value b) { return a + b; }
};
template <class T>
struct Largest {
  using Value = T;
  static constexpr Value kStart = std::numeric_limits<T>::lowest();

  [[gnu::always_inline]] Value operator()(Value so_far, T v) const {
    return v > so_far ? v : so_far;
  }
  [[gnu::always_inline]] static Value both(Value a, Value b) { return a > b ? a : b; }
};

namespace detail {

// Of `rows` rows of n voxels, `step` apart, into a row of n values.
struct FoldRows {
  template <class T, class Fold>
  [[gnu::always_inline]] void operator()(const T* rows, std::int64_t n, std::int64_t count,
                                         std::int64_t step, typename Fold::Value* out,
                                         Fold fold) const {
    constexpr std::int64_t kAtOnce = 16;  // for which the values are fetched once
    std::int64_t r = 0;
    for (; r + kAtOnce <= count; r += kAtOnce, rows += kAtOnce * step)
      for (std::int64_t x = 0; x < n; ++x) {
        typename Fold::Value value = out[x];
        for (std::int64_t k = 0; k < kAtOnce; ++k) value = fold(value, rows[x + k * step]);
        out[x] = value;
      }
    for (; r < count; ++r, rows += step)
      for (std::int64_t x = 0; x < n; ++x) out[x] = fold(out[x], rows[x]);
  }
};

// Of a row of n voxels into one value: sixteen that vector instructions can follow, then these.
struct FoldRow {
  template <class T, class Fold>
  [[gnu::always_inline]] void operator()(const T* row, std::int64_t n, typename Fold::Value* out,
                                         Fold fold) const {
    constexpr std::int64_t kLanes = 16;
    typename Fold::Value lanes[kLanes];
    std::fill(lanes, lanes + kLanes, Fold::kStart);
    std::int64_t x = 0;
    for (; x + kLanes <= n; x += kLanes)
      for (std::int64_t l = 0; l < kLanes; ++l) lanes[l] = fold(lanes[l], row[x + l]);
    for (; x < n; ++x) *out = fold(*out, row[x]);
    for (const auto lane : lanes) *out = Fold::both(*out, lane);
  }
};

}  // namespace detail

// A volume of size x, y, z folded along one axis (0: x). The values are as the voxels of a volume
// without this axis; before the first planes they must be Fold::kStart.
template <class T, class Fold>
class PlaneFold {
 public:
  using Value = typename Fold::Value;

  PlaneFold(const std::array<std::int64_t, 3>& size, std::size_t axis, Fold fold)
      : size_(size),
        axis_(axis),
        fold_(fold),
        values_(static_cast<std::size_t>(size[0] * size[1] * size[2] / size[axis]), Fold::kStart) {}

  // Planes [first, first + count) of z, stored one after another. In parallel; the values do not
  // depend on the threads.
  void add(const T* planes, std::int64_t first, std::int64_t count) {
    if (axis_ == 2) return add_up(planes, count);
    const std::int64_t nx = size_[0], ny = size_[1];
#pragma omp parallel for schedule(static)
    for (std::int64_t z = 0; z < count; ++z) {
      const T* plane = planes + z * nx * ny;
      if (axis_ == 1) {
        simd::run_exactly(detail::FoldRows{}, plane, nx, ny, nx, &values_[at((first + z) * nx)],
                          fold_);
      } else {
        for (std::int64_t y = 0; y < ny; ++y)
          simd::run_exactly(detail::FoldRow{}, plane + y * nx, nx,
                            &values_[at((first + z) * ny + y)], fold_);
      }
    }
  }
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  static std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

  // Bands of a plane whose values stay in a core's cache while all planes go by.
  void add_up(const T* planes, std::int64_t count) {
    constexpr std::int64_t kBand = 16384;
    const std::int64_t plane = size_[0] * size_[1];
#pragma omp parallel for schedule(static)
    for (std::int64_t begin = 0; begin < plane; begin += kBand)
      simd::run_exactly(detail::FoldRows{}, planes + begin, std::min(kBand, plane - begin), count,
                        plane, &values_[at(begin)], fold_);
  }

  std::array<std::int64_t, 3> size_;
  std::size_t axis_;
  Fold fold_;
  std::vector<Value> values_;
};

}  // namespace myoseg
