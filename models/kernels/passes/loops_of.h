// The loops of loops.h for the instruction set that the including file is compiled for. Nothing of
// the standard library is used, see models/kernels/micro/vector.h.
#pragma once

#include "models/kernels/micro/vector.h"
#include "models/kernels/passes/loops.h"

namespace myoseg::kernels {
namespace {

// So many places are added up in float32 before they go to the sums.
constexpr std::int64_t kAddedInFloat = 16;

inline std::int64_t at_most(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

// A number of each lane, or one alone where a row ends.
inline void get(const float* p, Vector& v) { v = load(p); }
inline void get(const float* p, float& v) { v = *p; }
inline void put(float* p, Vector v) { store(p, v); }
inline void put(float* p, float v) { *p = v; }
// Whole numbers below 256 as bytes.
using Bytes = std::uint8_t __attribute__((vector_size(kLanes)));
inline void put_bytes(std::uint8_t* p, Vector v) {
  const Bytes bytes = __builtin_convertvector(v, Bytes);
  __builtin_memcpy(p, &bytes, kLanes);
}
inline void put_bytes(std::uint8_t* p, float v) { *p = static_cast<std::uint8_t>(v); }
inline void get_bytes(const std::uint8_t* p, Vector& v) {
  Bytes bytes;
  __builtin_memcpy(&bytes, p, kLanes);
  v = __builtin_convertvector(bytes, Vector);
}
inline void get_bytes(const std::uint8_t* p, float& v) { v = *p; }
template <class V>
V got(const float* p) {
  V v;
  get(p, v);
  return v;
}

// f(i) for numbers i ... i + lanes at once, and then one by one.
template <class F>
void for_lanes(std::int64_t count, const F& f) {
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) f.template operator()<Vector>(i);
  for (; i < count; ++i) f.template operator()<float>(i);
}

template <class V>
V bent(V v, V positive, V slope) {
  return v > 0 ? positive : slope * positive;
}

inline void activate_rows(const ActivateRows& p) {
  const float *scale = p.tables.scale, *shift = p.tables.shift;
  for (std::int64_t at = 0; at < p.count; at += p.tables.pattern) {
    const float *x = p.x + at, *addend = p.addend == nullptr ? nullptr : p.addend + at;
    float* z = p.z + at;
    for_lanes(at_most(p.tables.pattern, p.count - at), [&]<class V>(std::int64_t i) {
      const V slope = V{} + p.tables.slope;
      V v = got<V>(scale + i) * got<V>(x + i) + got<V>(shift + i);
      if (addend != nullptr) v += got<V>(addend + i);
      put(z + i, bent<V>(v, v, slope));
    });
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

// add.rows<R>(at, n) adds n numbers of each of R rows from `at` on to the scratch's two sums.
template <class Add>
void sum_all(std::int64_t pattern, std::int64_t count, float* scratch, double* first,
             double* second, const Add& add) {
  constexpr int kRowsAtOnce = 4;
  clear(scratch, 2 * pattern);
  std::int64_t at = 0, added = 0;
  while (at < count) {
    if (count - at >= kRowsAtOnce * pattern) {
      add.template operator()<kRowsAtOnce>(at, pattern);
      at += kRowsAtOnce * pattern;
      added += kRowsAtOnce;
    } else {
      add.template operator()<1>(at, at_most(pattern, count - at));
      at += pattern;
      ++added;
    }
    if (added < kAddedInFloat && at < count) continue;
    move_to(first, scratch, pattern);
    if (second != nullptr) move_to(second, scratch + pattern, pattern);
    added = 0;
  }
}

inline void sum_rows(const SumRows& p) {
  float *sum = p.scratch, *square = p.scratch + p.pattern;
  sum_all(p.pattern, p.count, p.scratch, p.sum, p.square,
          [&]<int Rows>(std::int64_t at, std::int64_t n) {
            for_lanes(n, [&]<class V>(std::int64_t i) {
              V s = got<V>(sum + i), q = got<V>(square + i);
#pragma GCC unroll 4
              for (int r = 0; r < Rows; ++r) {
                const V x = got<V>(p.x + at + r * p.pattern + i);
                s += x;
                q += x * x;
              }
              put(sum + i, s);
              put(square + i, q);
            });
          });
}

inline void gradient_sum_rows(const GradientSumRows& p) {
  const std::int64_t pattern = p.tables.pattern;
  float *sum = p.scratch, *product = p.scratch + pattern;
  sum_all(pattern, p.count, p.scratch, p.sum, p.product,
          [&]<int Rows>(std::int64_t at, std::int64_t n) {
            for_lanes(n, [&]<class V>(std::int64_t i) {
              const V slope = V{} + p.tables.slope, scale = got<V>(p.tables.scale + i),
                      shift = got<V>(p.tables.shift + i), mean = got<V>(p.mean + i);
              V s = got<V>(sum + i), q = got<V>(product + i);
#pragma GCC unroll 4
              for (int r = 0; r < Rows; ++r) {
                const V x = got<V>(p.x + at + r * pattern + i);
                const V g = bent<V>(scale * x + shift, got<V>(p.dz + at + r * pattern + i), slope);
                s += g;
                q += g * (x - mean);
              }
              put(sum + i, s);
              put(product + i, q);
            });
          });
}

inline void slope_sum_rows(const SlopeSumRows& p) {
  const std::int64_t pattern = p.tables.pattern;
  float* sum = p.scratch;
  sum_all(pattern, p.count, p.scratch, p.sum, nullptr,
          [&]<int Rows>(std::int64_t at, std::int64_t n) {
            for_lanes(n, [&]<class V>(std::int64_t i) {
              const V scale = got<V>(p.tables.scale + i), shift = got<V>(p.tables.shift + i);
              V s = got<V>(sum + i);
#pragma GCC unroll 4
              for (int r = 0; r < Rows; ++r) {
                const V v = scale * got<V>(p.x + at + r * pattern + i) + shift;
                s += got<V>(p.dz + at + r * pattern + i) * (v > 0 ? V{} : v);
              }
              put(sum + i, s);
            });
          });
}

inline void gradient_rows(const GradientRows& p) {
  const float *scale = p.tables.scale, *shift = p.tables.shift;
  for (std::int64_t at = 0; at < p.count; at += p.tables.pattern) {
    const float *x = p.x + at, *dz = p.dz + at;
    float* dx = p.dx + at;
    for_lanes(at_most(p.tables.pattern, p.count - at), [&]<class V>(std::int64_t i) {
      const V slope = V{} + p.tables.slope, value = got<V>(x + i);
      const V g = bent<V>(got<V>(scale + i) * value + got<V>(shift + i), got<V>(dz + i), slope);
      put(dx + i, got<V>(p.a + i) * g + (got<V>(p.b + i) * value + got<V>(p.c + i)));
    });
  }
}

// As LibTorch: the first of equal numbers, and one that is not a number before all others.
inline void pool_rows(const PoolRows& p) {
  for_lanes(p.channels, [&]<class V>(std::int64_t i) {
    V best = got<V>(p.x + p.taps[0] + i), which{};
    for (std::int64_t t = 1; t < p.tap_count; ++t) {
      const V x = got<V>(p.x + p.taps[t] + i), tap = V{} + static_cast<float>(t);
      const auto larger = (x > best) | (x != x);
      best = larger ? x : best;
      which = larger ? tap : which;
    }
    put(p.y + i, best);
    put_bytes(p.largest + i, which);
  });
}

inline void unpool_rows(const UnpoolRows& p) {
  for_lanes(p.channels, [&]<class V>(std::int64_t i) {
    const V dy = got<V>(p.dy + i);
    V which;
    get_bytes(p.largest + i, which);
    for (std::int64_t t = 0; t < p.tap_count; ++t) {
      const V tap = V{} + static_cast<float>(t);
      put(p.dx + p.taps[t] + i, which == tap ? dy : V{});
    }
  });
}

constexpr PassLoops kLoops{activate_rows, sum_rows,  gradient_sum_rows, slope_sum_rows,
                           gradient_rows, pool_rows, unpool_rows};

}  // namespace
}  // namespace myoseg::kernels
