// The transforms of transforms.h for the instruction set that the including file is compiled for.
#pragma once

#include "models/kernels/micro/vector.h"
#include "models/kernels/winograd/points.h"
#include "models/kernels/winograd/transforms.h"

namespace myoseg::kernels::winograd {
namespace {

#define MYOSEG_INLINE [[gnu::always_inline]] inline

MYOSEG_INLINE Vector activation(Vector v, float slope) {
  const Vector other = slope * v;
  return v > 0.0F ? v : other;
}

// Both axes of a tile: along its columns while it is loaded, along its rows before it is stored.
template <int In, int Out, class Axis, class Load, class Store>
MYOSEG_INLINE void both_axes(const Axis& axis, const Load& load_at, const Store& store_at) {
  Vector half[Out][In];
#pragma GCC unroll 8
  for (int i = 0; i < In; ++i) {
    Vector x[In], f[Out];
#pragma GCC unroll 8
    for (int j = 0; j < In; ++j) x[j] = load_at(j, i);
    axis(x, f);
#pragma GCC unroll 8
    for (int j = 0; j < Out; ++j) half[j][i] = f[j];
  }
#pragma GCC unroll 8
  for (int j = 0; j < Out; ++j) {
    Vector f[Out];
    axis(half[j], f);
#pragma GCC unroll 8
    for (int i = 0; i < Out; ++i) store_at(j, i, f[i]);
  }
}

// What a tile asks for, known when this is compiled or when it runs.
template <bool Border, bool Pair, bool Affine>
struct Fixed {
  static constexpr bool border = Border, pair = Pair, affine = Affine, whole = true;
};
struct General {
  static constexpr bool border = true, whole = false;
  bool pair, affine;
};

template <int In, int Out, class Axis, class Kind>
void read_vectors(const TileRead& r, const Axis& axis, const Kind& kind, std::int64_t begin,
                  std::int64_t end) {
  const float *first = r.planes[0], *second = r.planes[1];
  const std::int64_t row_stride = r.row_stride, place_stride = r.place_stride;
  const std::int64_t rows_begin = r.rows_begin, rows_end = r.rows_end;
  const std::int64_t columns_begin = r.columns_begin, columns_end = r.columns_end;
  const std::int64_t frequency_stride = r.frequency_stride, channels = r.channels;
  const float sign = r.sign, slope = r.slope;
  for (std::int64_t c = begin; c < end; c += kLanes) {
    Vector scale{}, shift{};
    const std::int64_t n = channels - c;
    if (kind.affine) {
      scale = kind.whole ? load(r.scale + c) : load_first(r.scale + c, n);
      shift = kind.whole ? load(r.shift + c) : load_first(r.shift + c, n);
    }
    const auto value = [&](const float* p) __attribute__((always_inline)) {
      Vector v = kind.whole ? load(p) : load_first(p, n);
      if (kind.affine) v = activation(v * scale + shift, slope);
      return v;
    };
    const auto load_at = [&](int j, int i) __attribute__((always_inline)) {
      if (kind.border && (j < rows_begin || j >= rows_end || i < columns_begin || i >= columns_end))
        return Vector{};
      const std::int64_t at = j * row_stride + i * place_stride + c;
      Vector v{};
      if (!kind.border || first != nullptr) v = value(first + at);
      if (kind.pair) v += sign * value(second + at);
      return v;
    };
    float* out = r.frequencies + c;
    const auto store_at = [&](int j, int i, Vector v) __attribute__((always_inline)) {
      store(out + (j * Out + i) * frequency_stride, v);
    };
    both_axes<In, Out>(axis, load_at, store_at);
  }
}

template <int In, int Out, bool CanBeAffine, class Axis>
void read_tile(const TileRead& r, const Axis& axis) {
  const bool border = r.rows_begin != 0 || r.rows_end != In || r.columns_begin != 0 ||
                      r.columns_end != In || r.planes[0] == nullptr;
  const bool pair = r.planes[1] != nullptr, affine = CanBeAffine && r.scale != nullptr;
  const std::int64_t whole = r.channels / kLanes * kLanes;
  const auto run = [&](auto kind) { read_vectors<In, Out>(r, axis, kind, 0, whole); };
  switch ((border ? 4 : 0) + (pair ? 2 : 0) + (affine ? 1 : 0)) {
    case 0:
      run(Fixed<false, false, false>{});
      break;
    case 1:
      run(Fixed<false, false, CanBeAffine>{});
      break;
    case 2:
      run(Fixed<false, true, false>{});
      break;
    case 3:
      run(Fixed<false, true, CanBeAffine>{});
      break;
    case 4:
      run(Fixed<true, false, false>{});
      break;
    case 5:
      run(Fixed<true, false, CanBeAffine>{});
      break;
    case 6:
      run(Fixed<true, true, false>{});
      break;
    default:
      run(Fixed<true, true, CanBeAffine>{});
  }
  if (whole < r.channels) read_vectors<In, Out>(r, axis, General{pair, affine}, whole, r.channels);
}

template <int M>
void input(const TileRead& r) {
  constexpr int n = Points<M>::kCount;
  read_tile<n, n, true>(
      r, [](const Vector(&x)[n], Vector(&f)[n])
             __attribute__((always_inline)) { Points<M>::input(x, f); });
}
template <int M>
void gradient(const TileRead& r) {
  constexpr int n = Points<M>::kCount;
  read_tile<M, n, false>(
      r, [](const Vector(&y)[M], Vector(&f)[n])
             __attribute__((always_inline)) { Points<M>::gradient(y, f); });
}

MYOSEG_INLINE void add_to(double* sum, Vector v, std::int64_t n) {
  float values[kLanes];
  store(values, v);
  for (std::int64_t i = 0; i < n; ++i) sum[i] += static_cast<double>(values[i]);
}

// One plane of a tile of outputs.
template <int M, bool Whole>
MYOSEG_INLINE void write_plane(const TileWrite& w, float* plane, std::int64_t c, float sign,
                               const Vector (&tile)[M][M]) {
  const std::int64_t n = Whole ? kLanes : w.channels - c;
  const std::int64_t rows = w.rows, columns = w.columns;
  const std::int64_t row_stride = w.row_stride, place_stride = w.place_stride;
  const bool add = w.add, last = w.last;
  Vector bias{}, sum{}, square{};
  if (last && w.bias != nullptr) bias = Whole ? load(w.bias + c) : load_first(w.bias + c, n);
  const float slope = last ? w.slope : 1.0F;
  const bool sums = last && w.sum != nullptr;
#pragma GCC unroll 4
  for (int j = 0; j < M; ++j)
#pragma GCC unroll 4
    for (int i = 0; i < M; ++i) {
      if (j >= rows || i >= columns) continue;
      float* p = plane + j * row_stride + i * place_stride + c;
      Vector v = sign * tile[j][i] + bias;
      if (add) v += Whole ? load(p) : load_first(p, n);
      if (sums) {
        sum += v;
        square += v * v;
      }
      if (slope != 1.0F) v = activation(v, slope);
      if (Whole)
        store(p, v);
      else
        store_first(p, v, n);
    }
  if (!sums) return;
  add_to(w.sum + c, sum, n);
  add_to(w.square + c, square, n);
}

template <int M, bool Whole>
void write_vectors(const TileWrite& w, std::int64_t begin, std::int64_t end) {
  constexpr int n = Points<M>::kCount;
  const std::int64_t frequency_stride = w.frequency_stride;
  for (std::int64_t c = begin; c < end; c += kLanes) {
    const float* f = w.frequencies + c;
    Vector tile[M][M], half[M][n];
#pragma GCC unroll 8
    for (int i = 0; i < n; ++i) {
      Vector x[n], y[M];
#pragma GCC unroll 8
      for (int j = 0; j < n; ++j) x[j] = load(f + (j * n + i) * frequency_stride);
      Points<M>::output(x, y);
#pragma GCC unroll 8
      for (int j = 0; j < M; ++j) half[j][i] = y[j];
    }
#pragma GCC unroll 8
    for (int j = 0; j < M; ++j) Points<M>::output(half[j], tile[j]);
    if (w.planes[0] != nullptr) write_plane<M, Whole>(w, w.planes[0], c, 1.0F, tile);
    if (w.planes[1] != nullptr) write_plane<M, Whole>(w, w.planes[1], c, w.sign, tile);
  }
}

template <int M>
void output(const TileWrite& w) {
  const std::int64_t whole = w.channels / kLanes * kLanes;
  write_vectors<M, true>(w, 0, whole);
  if (whole < w.channels) write_vectors<M, false>(w, whole, w.channels);
}

// Along the depth taps, where there are any; then the plane's.
template <int M>
void filter(const FilterTransform& t) {
  constexpr int n = Points<M>::kCount;
  const bool deep = t.taps == 27;
  for (std::int64_t c = 0; c < t.channels; ++c)
    for (std::int64_t k = 0; k < t.panel_columns; k += kLanes) {
      alignas(64) float taps[27][kLanes] = {};
      for (std::int64_t l = 0; l < kLanes && k + l < t.columns; ++l) {
        const float* w = t.weight + (k + l) * t.column_stride + c * t.channel_stride;
        if (t.rotated)
          for (std::int64_t i = 0; i < t.taps; ++i) taps[t.taps - 1 - i][l] = w[i];
        else
          for (std::int64_t i = 0; i < t.taps; ++i) taps[i][l] = w[i];
      }
      float* out = t.frequencies + c * t.panel_columns + k;
      for (int d = 0; d < (deep ? 4 : 1); ++d, out += n * n * t.frequency_stride) {
        const auto load_at = [&](int j, int i) __attribute__((always_inline)) {
          const int tap = 3 * j + i;
          if (!deep) return load(taps[tap]);
          const Vector w[3] = {load(taps[tap]), load(taps[9 + tap]), load(taps[18 + tap])};
          Vector f[4];
          Points<2>::filter(w, f);
          return f[d];
        };
        const auto store_at = [&](int j, int i, Vector v) __attribute__((always_inline)) {
          store(out + (j * n + i) * t.frequency_stride, v);
        };
        both_axes<3, n>(
            [](const Vector(&w)[3], Vector(&f)[n])
                __attribute__((always_inline)) { Points<M>::filter(w, f); },
            load_at, store_at);
      }
    }
}

template <int M>
void filter_gradient(const FilterGradient& g) {
  constexpr int n = Points<M>::kCount;
  const int depths = g.taps == 27 ? 4 : 1;
  for (std::int64_t k = 0; k < g.columns; k += kLanes)
    for (std::int64_t c = 0; c < g.channels; ++c) {
      Vector planes[4][9];
      for (int d = 0; d < depths; ++d) {
        const float* f = g.frequencies + d * n * n * g.frequency_stride + c * g.row_stride + k;
        const auto load_at = [&](int j, int i) __attribute__((always_inline)) {
          const float* p = f + (j * n + i) * g.frequency_stride;
          Vector v = load(p);
          for (std::int64_t part = 1; part < g.parts; ++part) v += load(p + part * g.part_stride);
          return v;
        };
        Vector half[3][n];
#pragma GCC unroll 8
        for (int i = 0; i < n; ++i) {
          Vector x[n], w[3];
          for (int j = 0; j < n; ++j) x[j] = load_at(j, i);
          Points<M>::filter_gradient(x, w);
          for (int j = 0; j < 3; ++j) half[j][i] = w[j];
        }
        for (int j = 0; j < 3; ++j) {
          Vector w[3];
          Points<M>::filter_gradient(half[j], w);
          for (int i = 0; i < 3; ++i) planes[d][3 * j + i] = w[i];
        }
      }
      alignas(64) float taps[27][kLanes];
      for (int tap = 0; tap < 9; ++tap) {
        if (depths == 1) {
          store(taps[tap], planes[0][tap]);
          continue;
        }
        const Vector f[4] = {planes[0][tap], planes[1][tap], planes[2][tap], planes[3][tap]};
        Vector w[3];
        Points<2>::filter_gradient(f, w);
        for (int z = 0; z < 3; ++z) store(taps[9 * z + tap], w[z]);
      }
      for (std::int64_t l = 0; l < kLanes && k + l < g.columns; ++l) {
        float* w = g.weight + (k + l) * g.column_stride + c * g.channel_stride;
        for (std::int64_t i = 0; i < g.taps; ++i) w[i] = taps[i][l];
      }
    }
}

template <int M>
constexpr Transforms kTransforms{kLanes,    input<M>,  gradient<M>,
                                 output<M>, filter<M>, filter_gradient<M>};

}  // namespace
}  // namespace myoseg::kernels::winograd
