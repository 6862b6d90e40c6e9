// The products of products.h for the instruction set that the including file is compiled for.
#pragma once

#include "models/kernels/micro/products.h"
#include "models/kernels/micro/vector.h"

namespace myoseg::kernels {
namespace {

constexpr int kVectors = 2;  // of a row of y
constexpr int kColumns = kVectors * kLanes;
// As many rows as leave registers for b and one number of a.
constexpr int kRows = kLanes == 16 ? 12 : kLanes == 8 ? 6 : 4;

// How many of a row's vector v lie within `columns`.
inline std::int64_t lanes_of(int v, std::int64_t columns) {
  const std::int64_t rest = columns - v * kLanes;
  return rest < 0 ? 0 : rest < kLanes ? rest : kLanes;
}

// `Vectors` is 1 where no more are needed: a head with few classes.
template <int Rows, int Vectors>
void rows_product_of(const RowsProduct& p) {
  Vector sum[Rows][Vectors];
  const bool whole = p.columns == Vectors * kLanes;
  for (int v = 0; v < Vectors; ++v) {
    const Vector start = p.add || p.start == nullptr ? Vector{} : load(p.start + v * kLanes);
    for (int r = 0; r < Rows; ++r) sum[r][v] = start;
  }
  const float* b = p.b;
  const float* next = p.next == nullptr ? b : p.next;
  const std::int64_t next_step = p.next == nullptr ? 0 : 16;
  const std::int64_t a_tap = p.a_tap == 0 ? p.rows : p.a_tap;
  for (std::int64_t t = 0; t < p.taps; ++t) {
    const float* a[Rows];
    for (int r = 0; r < Rows; ++r) a[r] = p.a[t * a_tap + r] + p.a_offset;
    for (std::int64_t c = 0; c < p.channels; ++c, b += kColumns) {
      __builtin_prefetch(next, 0, 2);
      next += next_step;
      Vector bs[Vectors];
      for (int v = 0; v < Vectors; ++v) bs[v] = load(b + v * kLanes);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < Vectors; ++v) sum[r][v] += a[r][c] * bs[v];
    }
  }
  for (int r = 0; r < Rows; ++r) {
    float* y = p.y[r] + p.y_offset;
    for (int v = 0; v < Vectors; ++v) {
      float* at = y + v * kLanes;
      const std::int64_t lanes = whole ? kLanes : lanes_of(v, p.columns);
      if (p.add) sum[r][v] += whole ? load(at) : load_first(at, lanes);
      if (whole)
        store(at, sum[r][v]);
      else
        store_first(at, sum[r][v], lanes);
    }
  }
}

template <int Rows, int Vectors>
void outer_product_of(const OuterProduct& p) {
  Vector sum[Rows][Vectors];
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < Vectors; ++v) sum[r][v] = Vector{};
  for (std::int64_t i = 0; i < p.places; ++i) {
    const float *a = p.a[i] + p.a_offset, *b = p.b[i] + p.b_offset;
    Vector bs[Vectors];
    for (int v = 0; v < Vectors; ++v) bs[v] = load(b + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
      for (int v = 0; v < Vectors; ++v) sum[r][v] += a[r] * bs[v];
  }
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < Vectors; ++v) {
      float* y = p.y + r * p.y_stride + v * kLanes;
      store(y, p.add ? load(y) + sum[r][v] : sum[r][v]);
    }
}

// Calls the product that has as many rows as are asked for.
template <int Rows>
void rows_product(const RowsProduct& p) {
  if constexpr (Rows > 1)
    if (p.rows < Rows) return rows_product<Rows - 1>(p);
  if (p.columns <= kLanes) return rows_product_of<Rows, 1>(p);
  rows_product_of<Rows, kVectors>(p);
}
template <int Rows>
void outer_product(const OuterProduct& p) {
  if constexpr (Rows > 1)
    if (p.rows < Rows) return outer_product<Rows - 1>(p);
  if (p.columns != 0 && p.columns <= kLanes) return outer_product_of<Rows, 1>(p);
  outer_product_of<Rows, kVectors>(p);
}

constexpr MicroKernels kMicro{kRows, kColumns, rows_product<kRows>, outer_product<kRows>};

}  // namespace
}  // namespace myoseg::kernels
