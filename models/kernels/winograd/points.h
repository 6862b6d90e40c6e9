// Winograd's matrices along one axis. The m outputs of 3 taps are made from products at m + 2
// points of the Toom-Cook polynomials: 0, 1, -1 and infinity for m = 2, and 0, +-sqrt(1/2),
// +-sqrt(2) and infinity for m = 4, which round half as much as Lavin and Gray's 0, +-1, +-2
// (measured on noise of 16 to 256 channels, against float64).
#pragma once

#include "models/kernels/micro/vector.h"

namespace myoseg::kernels::winograd {
namespace {

template <int M>
struct Points;

template <>
struct Points<2> {
  static constexpr int kCount = 4;

  static void input(const Vector (&x)[4], Vector (&f)[4]) {
    f[0] = x[0] - x[2];
    f[1] = x[1] + x[2];
    f[2] = x[2] - x[1];
    f[3] = x[3] - x[1];
  }
  static void output(const Vector (&f)[4], Vector (&y)[2]) {
    y[0] = f[0] + f[1] + f[2];
    y[1] = f[1] - f[2] + f[3];
  }
  // The transposed of output.
  static void gradient(const Vector (&y)[2], Vector (&f)[4]) {
    f[0] = y[0];
    f[1] = y[0] + y[1];
    f[2] = y[0] - y[1];
    f[3] = y[1];
  }
  static void filter(const Vector (&w)[3], Vector (&f)[4]) {
    const Vector even = 0.5F * (w[0] + w[2]), odd = 0.5F * w[1];
    f[0] = w[0];
    f[1] = even + odd;
    f[2] = even - odd;
    f[3] = w[2];
  }
  // The transposed of filter.
  static void filter_gradient(const Vector (&f)[4], Vector (&w)[3]) {
    const Vector even = 0.5F * (f[1] + f[2]);
    w[0] = f[0] + even;
    w[1] = 0.5F * (f[1] - f[2]);
    w[2] = even + f[3];
  }
};

template <>
struct Points<4> {
  static constexpr int kCount = 6;
  // The points and their cubes; their squares are 1/2 and 2.
  static constexpr float kNear = 0.70710678F, kFar = 1.41421356F;
  static constexpr float kNear3 = 0.35355339F, kFar3 = 2.82842712F;

  static void input(const Vector (&x)[6], Vector (&f)[6]) {
    const Vector near_even = x[4] - 2.0F * x[2], near_odd = kNear * x[3] - kFar * x[1];
    const Vector far_even = x[4] - 0.5F * x[2], far_odd = kFar * x[3] - kNear * x[1];
    f[0] = x[0] + x[4] - 2.5F * x[2];
    f[1] = near_even + near_odd;
    f[2] = near_even - near_odd;
    f[3] = far_even + far_odd;
    f[4] = far_even - far_odd;
    f[5] = x[1] + x[5] - 2.5F * x[3];
  }
  static void output(const Vector (&f)[6], Vector (&y)[4]) {
    const Vector near_even = f[1] + f[2], near_odd = f[1] - f[2];
    const Vector far_even = f[3] + f[4], far_odd = f[3] - f[4];
    y[0] = f[0] + near_even + far_even;
    y[1] = kNear * near_odd + kFar * far_odd;
    y[2] = 0.5F * near_even + 2.0F * far_even;
    y[3] = f[5] + kNear3 * near_odd + kFar3 * far_odd;
  }
  static void gradient(const Vector (&y)[4], Vector (&f)[6]) {
    const Vector near_even = y[0] + 0.5F * y[2], near_odd = kNear * y[1] + kNear3 * y[3];
    const Vector far_even = y[0] + 2.0F * y[2], far_odd = kFar * y[1] + kFar3 * y[3];
    f[0] = y[0];
    f[1] = near_even + near_odd;
    f[2] = near_even - near_odd;
    f[3] = far_even + far_odd;
    f[4] = far_even - far_odd;
    f[5] = y[3];
  }
  static void filter(const Vector (&w)[3], Vector (&f)[6]) {
    const Vector near_even = (-2.0F / 3) * w[0] + (-1.0F / 3) * w[2],
                 near_odd = (-2.0F / 3 * kNear) * w[1];
    const Vector far_even = (1.0F / 6) * w[0] + (1.0F / 3) * w[2],
                 far_odd = (1.0F / 6 * kFar) * w[1];
    f[0] = w[0];
    f[1] = near_even + near_odd;
    f[2] = near_even - near_odd;
    f[3] = far_even + far_odd;
    f[4] = far_even - far_odd;
    f[5] = w[2];
  }
  static void filter_gradient(const Vector (&f)[6], Vector (&w)[3]) {
    const Vector near_even = f[1] + f[2], far_even = f[3] + f[4];
    w[0] = f[0] + (-2.0F / 3) * near_even + (1.0F / 6) * far_even;
    w[1] = (-2.0F / 3 * kNear) * (f[1] - f[2]) + (1.0F / 6 * kFar) * (f[3] - f[4]);
    w[2] = (-1.0F / 3) * near_even + (1.0F / 3) * far_even + f[5];
  }
};

}  // namespace
}  // namespace myoseg::kernels::winograd
