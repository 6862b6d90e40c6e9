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

template <int Rows>
void rows_product_of(const RowsProduct& p) {
  Vector sum[Rows][kVectors];
  const bool whole = p.columns == kColumns;
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < kVectors; ++v) {
      sum[r][v] = Vector{};
      if (p.add && whole) sum[r][v] = load(p.y[r] + p.y_offset + v * kLanes);
      if (!p.add && p.start != nullptr) sum[r][v] = load(p.start + v * kLanes);
    }
  const float* b = p.b;
  for (std::int64_t t = 0; t < p.taps; ++t) {
    const float* a[Rows];
    for (int r = 0; r < Rows; ++r) a[r] = p.a[t * p.rows + r] + p.a_offset;
    for (std::int64_t c = 0; c < p.channels; ++c, b += kColumns) {
      const Vector b0 = load(b), b1 = load(b + kLanes);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
        sum[r][0] += a[r][c] * b0;
        sum[r][1] += a[r][c] * b1;
      }
    }
  }
  for (int r = 0; r < Rows; ++r) {
    float* y = p.y[r] + p.y_offset;
    if (whole) {
      for (int v = 0; v < kVectors; ++v) store(y + v * kLanes, sum[r][v]);
      continue;
    }
    for (std::int64_t k = 0; k < p.columns; ++k) {
      const float value = sum[r][k / kLanes][k % kLanes];
      y[k] = p.add ? y[k] + value : value;
    }
  }
}

template <int Rows>
void outer_product_of(const OuterProduct& p) {
  Vector sum[Rows][kVectors];
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < kVectors; ++v) sum[r][v] = load(p.y + r * p.y_stride + v * kLanes);
  for (std::int64_t i = 0; i < p.places; ++i) {
    const float *a = p.a[i] + p.a_offset, *b = p.b[i] + p.b_offset;
    const Vector b0 = load(b), b1 = load(b + kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      sum[r][0] += a[r] * b0;
      sum[r][1] += a[r] * b1;
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int v = 0; v < kVectors; ++v) store(p.y + r * p.y_stride + v * kLanes, sum[r][v]);
}

// Calls the product that has as many rows as are asked for.
template <int Rows>
void rows_product(const RowsProduct& p) {
  if constexpr (Rows > 1)
    if (p.rows < Rows) return rows_product<Rows - 1>(p);
  rows_product_of<Rows>(p);
}
template <int Rows>
void outer_product(const OuterProduct& p) {
  if constexpr (Rows > 1)
    if (p.rows < Rows) return outer_product<Rows - 1>(p);
  outer_product_of<Rows>(p);
}

constexpr MicroKernels kMicro{kRows, kColumns, rows_product<kRows>, outer_product<kRows>};

}  // namespace
}  // namespace myoseg::kernels
