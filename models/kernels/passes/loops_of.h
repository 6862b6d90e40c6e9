// The loops of loops.h for the instruction set that the including file is compiled for. They are
// plain loops over arrays that the compiler makes vectors of; nothing of the standard library is
// used, see models/kernels/micro/vector.h.
#pragma once

#include "models/kernels/passes/loops.h"

namespace myoseg::kernels {
namespace {

// So many places are added up in float32 before they go to the sums.
constexpr std::int64_t kAddedInFloat = 16;

inline std::int64_t at_most(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

inline void activate_rows(const ActivateRows& p) {
  const float slope = p.tables.slope;
  for (std::int64_t at = 0; at < p.count; at += p.tables.pattern) {
    const std::int64_t n = at_most(p.tables.pattern, p.count - at);
    const float *scale = p.tables.scale, *shift = p.tables.shift, *x = p.x + at;
    float* z = p.z + at;
    if (p.addend == nullptr) {
#pragma GCC ivdep
      for (std::int64_t i = 0; i < n; ++i) {
        const float v = scale[i] * x[i] + shift[i];
        z[i] = v > 0 ? v : slope * v;
      }
    } else {
      const float* addend = p.addend + at;
#pragma GCC ivdep
      for (std::int64_t i = 0; i < n; ++i) {
        const float v = scale[i] * x[i] + shift[i] + addend[i];
        z[i] = v > 0 ? v : slope * v;
      }
    }
  }
}

inline void clear(float* values, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) values[i] = 0;
}

inline void move_to(double* total, float* part, std::int64_t count) {
#pragma GCC ivdep
  for (std::int64_t i = 0; i < count; ++i) {
    total[i] += static_cast<double>(part[i]);
    part[i] = 0;
  }
}

inline void sum_rows(const SumRows& p) {
  float *sum = p.scratch, *square = p.scratch + p.pattern;
  clear(p.scratch, 2 * p.pattern);
  std::int64_t added = 0;
  const auto flush = [&] {
    move_to(p.sum, sum, p.pattern);
    if (p.square != nullptr) move_to(p.square, square, p.pattern);
    added = 0;
  };
  for (std::int64_t at = 0; at < p.count; at += p.pattern) {
    const std::int64_t n = at_most(p.pattern, p.count - at);
    const float* x = p.x + at;
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) {
      sum[i] += x[i];
      square[i] += x[i] * x[i];
    }
    if (++added == kAddedInFloat) flush();
  }
  flush();
}

inline void gradient_sum_rows(const GradientSumRows& p) {
  float *sum = p.scratch, *product = p.scratch + p.tables.pattern;
  clear(p.scratch, 2 * p.tables.pattern);
  const float *scale = p.tables.scale, *shift = p.tables.shift, *mean = p.mean;
  const float slope = p.tables.slope;
  std::int64_t added = 0;
  const auto flush = [&] {
    move_to(p.sum, sum, p.tables.pattern);
    move_to(p.product, product, p.tables.pattern);
    added = 0;
  };
  for (std::int64_t at = 0; at < p.count; at += p.tables.pattern) {
    const std::int64_t n = at_most(p.tables.pattern, p.count - at);
    const float *x = p.x + at, *dz = p.dz + at;
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) {
      const float v = scale[i] * x[i] + shift[i];
      const float g = v > 0 ? dz[i] : slope * dz[i];
      sum[i] += g;
      product[i] += g * (x[i] - mean[i]);
    }
    if (++added == kAddedInFloat) flush();
  }
  flush();
}

inline void gradient_rows(const GradientRows& p) {
  const float *scale = p.tables.scale, *shift = p.tables.shift;
  const float slope = p.tables.slope;
  for (std::int64_t at = 0; at < p.count; at += p.tables.pattern) {
    const std::int64_t n = at_most(p.tables.pattern, p.count - at);
    const float *a = p.a, *b = p.b, *c = p.c, *x = p.x + at, *dz = p.dz + at;
    float* dx = p.dx + at;
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) {
      const float v = scale[i] * x[i] + shift[i];
      const float g = v > 0 ? dz[i] : slope * dz[i];
      dx[i] = a[i] * g + (b[i] * x[i] + c[i]);
    }
  }
}

// As LibTorch: the first of equal numbers, and one that is not a number before all others.
inline void pool_rows(const PoolRows& p) {
  constexpr std::int64_t kBlock = 64;
  float best[kBlock];
  int which[kBlock];
  for (std::int64_t at = 0; at < p.channels; at += kBlock) {
    const std::int64_t n = at_most(kBlock, p.channels - at);
    const float* first = p.x + p.taps[0] + at;
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) {
      best[i] = first[i];
      which[i] = 0;
    }
    for (std::int64_t t = 1; t < p.tap_count; ++t) {
      const float* x = p.x + p.taps[t] + at;
      const int tap = static_cast<int>(t);
#pragma GCC ivdep
      for (std::int64_t i = 0; i < n; ++i) {
        const bool larger = (x[i] > best[i]) | (x[i] != x[i]);
        best[i] = larger ? x[i] : best[i];
        which[i] = larger ? tap : which[i];
      }
    }
    float* y = p.y + at;
    std::uint8_t* largest = p.largest + at;
#pragma GCC ivdep
    for (std::int64_t i = 0; i < n; ++i) {
      y[i] = best[i];
      largest[i] = static_cast<std::uint8_t>(which[i]);
    }
  }
}

inline void unpool_rows(const UnpoolRows& p) {
  for (std::int64_t t = 0; t < p.tap_count; ++t) {
    float* dx = p.dx + p.taps[t];
    const int tap = static_cast<int>(t);
#pragma GCC ivdep
    for (std::int64_t i = 0; i < p.channels; ++i) dx[i] = p.largest[i] == tap ? p.dy[i] : 0.0F;
  }
}

constexpr PassLoops kLoops{activate_rows, sum_rows,  gradient_sum_rows,
                          gradient_rows, pool_rows, unpool_rows};

}  // namespace
}  // namespace myoseg::kernels
