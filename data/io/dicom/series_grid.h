// The grid of slices that are in order. Inside data/io/dicom only.
#pragma once

#include <array>
#include <cmath>
#include <string>

#include "data/io/dicom/series.h"

namespace myoseg {

using Vector = std::array<double, 3>;

inline double dot(const Vector& a, const Vector& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
inline Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
inline Vector minus(const Vector& a, const Vector& b, double times = 1) {
  return {a[0] - times * b[0], a[1] - times * b[1], a[2] - times * b[2]};
}
inline Vector unit(const Vector& a) {
  const double length = std::sqrt(dot(a, a));
  return {a[0] / length, a[1] / length, a[2] / length};
}

// Unit vectors along rows and columns and from slice to slice.
struct SliceAxes {
  Vector row, column, normal;
};

// Gives the series, whose slices lie in order along the normal, their places and a grid. Throws
// what arrange_series() says of tilt, gaps and repeated slices.
void lay_grid(const std::string& folder, const SliceAxes& axes, const SeriesOptions& options,
              Series& series);

}  // namespace myoseg
