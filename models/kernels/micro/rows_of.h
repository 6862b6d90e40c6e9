// The passes over rows of rows.h for the instruction set that the including file is compiled for.
#pragma once

#include "models/kernels/micro/rows.h"
#include "models/kernels/micro/vector.h"

namespace myoseg::kernels {
namespace {

constexpr int kHalf = kLanes / 2;
using HalfInMemory =
    float __attribute__((vector_size(kHalf * sizeof(float)), aligned(alignof(float)), may_alias));
using Doubles = double __attribute__((vector_size(kHalf * sizeof(double))));
using DoublesInMemory = double
    __attribute__((vector_size(kHalf * sizeof(double)), aligned(alignof(double)), may_alias));

inline Vector activated(Vector v, float slope) { return v > 0 ? v : v * slope; }

// What row r becomes from channel c on.
inline Vector prepared(const PreparedRows& p, const float* from, std::int64_t c) {
  const std::int64_t rest = p.channels - c;
  if (p.scale == nullptr) return rest >= kLanes ? load(from + c) : load_first(from + c, rest);
  if (rest >= kLanes)
    return activated(load(from + c) * load(p.scale + c) + load(p.shift + c), p.slope);
  return activated(
      load_first(from + c, rest) * load_first(p.scale + c, rest) + load_first(p.shift + c, rest),
      p.slope);
}

void prepare(const PreparedRows& p) {
  for (std::int64_t r = 0; r < p.rows; ++r) {
    const float* from = p.from + r * p.from_stride;
    float* to = p.to + r * p.to_stride;
    std::int64_t c = 0;
    for (; c + kLanes <= p.channels; c += kLanes) store(to + c, prepared(p, from, c));
    if (c < p.channels) {
      const Vector last = prepared(p, from, c);
      if (p.written > 0)
        store(to + c, last);
      else
        store_first(to + c, last, p.channels - c);
      c += kLanes;
    }
    for (; c < p.written; c += kLanes) store(to + c, Vector{});
  }
}

inline void add_to(double* p, Doubles v) {
  DoublesInMemory& at = *reinterpret_cast<DoublesInMemory*>(p);
  at = at + v;
}

// In double from the first addition on: a variance is the difference of two such sums.
void add_up(const FinishedRows& p) {
  const float* const* y = p.y;
  std::int64_t c = 0;
  for (; c + kHalf <= p.columns; c += kHalf) {
    Doubles sum{}, square{};
    for (std::int64_t r = 0; r < p.rows; ++r) {
      const HalfInMemory v = *reinterpret_cast<const HalfInMemory*>(y[r] + p.y_offset + c);
      const Doubles d = __builtin_convertvector(v, Doubles);
      sum += d;
      square += d * d;
    }
    if (p.sum != nullptr) add_to(p.sum + c, sum);
    if (p.square != nullptr) add_to(p.square + c, square);
  }
  for (; c < p.columns; ++c) {
    double sum = 0, square = 0;
    for (std::int64_t r = 0; r < p.rows; ++r) {
      const double d = y[r][p.y_offset + c];
      sum += d;
      square += d * d;
    }
    if (p.sum != nullptr) p.sum[c] += sum;
    if (p.square != nullptr) p.square[c] += square;
  }
}

void finish(const FinishedRows& p) {
  if (p.sum != nullptr || p.square != nullptr) add_up(p);
  if (p.slope == 1) return;
  for (std::int64_t r = 0; r < p.rows; ++r) {
    float* y = p.y[r] + p.y_offset;
    std::int64_t c = 0;
    for (; c + kLanes <= p.columns; c += kLanes) store(y + c, activated(load(y + c), p.slope));
    const std::int64_t rest = p.columns - c;
    if (rest > 0) store_first(y + c, activated(load_first(y + c, rest), p.slope), rest);
  }
}

constexpr RowKernels kRowsHere{prepare, finish};

}  // namespace
}  // namespace myoseg::kernels
