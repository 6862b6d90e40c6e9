// Between the arrays of the golden records, [C, X, Y, Z] row-major with nibabel's RAS affine, and
// volumes.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "data/volume.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {

inline Geometry geometry_of(const Json& affine, const std::array<std::int64_t, 3>& size) {
  Geometry g;
  g.size = size;
  for (std::size_t r = 0; r < 3; ++r)
    g.origin[r] = (r < 2 ? -1 : 1) * affine.at(r).at(3).get<double>();
  for (std::size_t a = 0; a < 3; ++a) {
    double squares = 0;
    for (std::size_t r = 0; r < 3; ++r) squares += std::pow(affine.at(r).at(a).get<double>(), 2);
    g.spacing[a] = std::sqrt(squares);
    for (std::size_t r = 0; r < 3; ++r)
      g.direction[r * 3 + a] = (r < 2 ? -1 : 1) * affine.at(r).at(a).get<double>() / g.spacing[a];
  }
  return g;
}

// Element (row, column) of the RAS affine of a grid.
inline double affine_of(const Geometry& g, std::size_t row, std::size_t column) {
  const double lps =
      column == 3 ? g.origin[row] : g.direction[row * 3 + column] * g.spacing[column];
  return row < 2 ? -lps : lps;
}

// The voxel at flat row-major index `i` of [C, X, Y, Z].
template <class T>
T element(const Volume<T>& v, std::int64_t i) {
  const auto& s = v.geometry.size;
  return v.at(i / (s[1] * s[2]) % s[0], i / s[2] % s[1], i % s[2],
              static_cast<int>(i / (s[0] * s[1] * s[2])));
}

// A volume of the values of a [C, X, Y, Z] array.
template <class T>
Volume<T> volume_of(const std::vector<T>& values, const Geometry& g, int channels) {
  Volume<T> v(g, channels);
  std::size_t i = 0;
  for (int c = 0; c < channels; ++c)
    for (std::int64_t x = 0; x < g.size[0]; ++x)
      for (std::int64_t y = 0; y < g.size[1]; ++y)
        for (std::int64_t z = 0; z < g.size[2]; ++z) v.at(x, y, z, c) = values[i++];
  return v;
}

template <class T>
std::vector<std::int64_t> shape_of(const Volume<T>& v) {
  const auto& s = v.geometry.size;
  return {v.channels, s[0], s[1], s[2]};
}

template <class T>
std::array<double, 2> mean_and_sd(const std::vector<T>& values) {
  double sum = 0, squares = 0;
  for (const T v : values) sum += v;
  const double mean = sum / static_cast<double>(values.size());
  for (const T v : values) squares += (v - mean) * (v - mean);
  return {mean, std::sqrt(squares / static_cast<double>(values.size()))};
}

}  // namespace myoseg::testing
