#include "data/augment/interpolate.h"

#include "core/simd.h"

namespace myoseg {
namespace {

// From a voxel to the next row and plane, in values.
struct Steps {
  int row, plane;
};

template <class T>
Steps steps_of(const Bordered<T>& in) {
  return {static_cast<int>(in.row()), static_cast<int>(in.plane())};
}

[[gnu::always_inline]] inline int floor_of(float v) {
  const int i = static_cast<int>(v);
  return i - (v < static_cast<float>(i) ? 1 : 0);
}

[[gnu::always_inline]] inline float between(float a, float b, float f) { return a + f * (b - a); }

// The four values about a point of one plane, whose corner is at in[at].
[[gnu::always_inline]] inline float bilinear(const float* in, int row, int at, float fx, float fy) {
  const float* below = in + row;
  return between(between(in[at], (in + 1)[at], fx), between(below[at], (below + 1)[at], fx), fy);
}

// Of a NaN it makes a number. Two loops, since GCC makes a branch of two choices in one.
struct Clamp {
  [[gnu::always_inline]] void operator()(float* v, float last, std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) v[i] = v[i] < last ? v[i] : last;
    for (std::size_t i = 0; i < n; ++i) v[i] = v[i] > -1.0f ? v[i] : -1.0f;
  }
};

struct LinearInSlice {
  [[gnu::always_inline]] void operator()(const float* in, Steps step, const float* x,
                                         const float* y, float* __restrict out,
                                         std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) {
      const float px = x[i], py = y[i];
      const int column = floor_of(px), row = floor_of(py);
      out[i] = bilinear(in, step.row, row * step.row + column, px - static_cast<float>(column),
                        py - static_cast<float>(row));
    }
  }
};

struct LinearInVolume {
  [[gnu::always_inline]] void operator()(const float* in, Steps step, const float* x,
                                         const float* y, const float* z, float* __restrict out,
                                         std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i) {
      const float px = x[i], py = y[i], pz = z[i];
      const int column = floor_of(px), row = floor_of(py), plane = floor_of(pz);
      const int at = plane * step.plane + row * step.row + column;
      const float fx = px - static_cast<float>(column), fy = py - static_cast<float>(row);
      out[i] =
          between(bilinear(in, step.row, at, fx, fy),
                  bilinear(in + step.plane, step.row, at, fx, fy), pz - static_cast<float>(plane));
    }
  }
};

struct NearestIndex {
  [[gnu::always_inline]] void operator()(Steps step, const float* x, const float* y, const float* z,
                                         int* __restrict out, std::size_t n) const {
    for (std::size_t i = 0; i < n; ++i)
      out[i] = floor_of(y[i] + 0.5f) * step.row + floor_of(x[i] + 0.5f);
    if (z == nullptr) return;
    for (std::size_t i = 0; i < n; ++i) out[i] += floor_of(z[i] + 0.5f) * step.plane;
  }
};

// Far outside is as good as just outside.
template <class T>
void keep_near(const Bordered<T>& in, const Points& points) {
  const auto clamp = [](std::span<float> v, int size) {
    simd::run_exactly(Clamp{}, v.data(), static_cast<float>(size), v.size());
  };
  clamp(points.x, in.width());
  clamp(points.y, in.height());
  if (!in.slice()) clamp(points.z, in.depth());
}

}  // namespace

void sample_linear(const Bordered<float>& in, const Points& points, std::span<float> out) {
  keep_near(in, points);
  const float *x = points.x.data(), *y = points.y.data(), *z = points.z.data();
  if (in.slice())
    simd::run_exactly(LinearInSlice{}, in.origin(), steps_of(in), x, y, out.data(), out.size());
  else
    simd::run_exactly(LinearInVolume{}, in.origin(), steps_of(in), x, y, z, out.data(), out.size());
}

void sample_nearest(const Bordered<std::uint8_t>& in, const Points& points,
                    std::span<std::uint8_t> out) {
  keep_near(in, points);
  const float* z = in.slice() ? nullptr : points.z.data();
  std::vector<int> index(out.size());
  simd::run_exactly(NearestIndex{}, steps_of(in), static_cast<const float*>(points.x.data()),
                    static_cast<const float*>(points.y.data()), z, index.data(), index.size());
  const std::uint8_t* origin = in.origin();
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = origin[index[i]];
}

}  // namespace myoseg
