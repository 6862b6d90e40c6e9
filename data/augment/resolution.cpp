#include "data/augment/resolution.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/simd.h"
#include "data/prepare/resample.h"

namespace myoseg {
namespace {

// Rows of `width` values, `stride` apart: those of a plane of constant z, or of constant y.
struct Rows {
  float* first;
  std::int64_t count, stride;
  int width;
  [[nodiscard]] float* row(std::int64_t i) const { return first + i * stride; }
};

std::vector<Rows> planes_along_y(const PatchView& p, int channel) {
  std::vector<Rows> planes;
  const std::span<float> values = p.channel(channel);
  for (int z = 0; z < p.depth; ++z)
    planes.push_back(
        {&values[static_cast<std::size_t>(z) * p.plane_voxels()], p.height, p.width, p.width});
  return planes;
}

// None in a slice, which has nothing along z.
std::vector<Rows> planes_along_z(const PatchView& p, int channel) {
  std::vector<Rows> planes;
  float* first = p.channel(channel).data();
  if (p.depth > 1)
    for (int y = 0; y < p.height; ++y)
      planes.push_back({first + std::int64_t{y} * p.width, p.depth,
                        static_cast<std::int64_t>(p.plane_voxels()), p.width});
  return planes;
}

std::vector<float> gaussian(double sigma_px) {
  const int radius = std::max(1, static_cast<int>(std::ceil(3 * sigma_px)));
  std::vector<float> kernel;
  double sum = 0;
  for (int k = -radius; k <= radius; ++k) sum += std::exp(-k * k / (2 * sigma_px * sigma_px));
  for (int k = -radius; k <= radius; ++k)
    kernel.push_back(static_cast<float>(std::exp(-k * k / (2 * sigma_px * sigma_px)) / sum));
  return kernel;
}

// Several rows at once, since reading and writing the sums takes as long as the sums do.
struct SumOfThree {
  [[gnu::always_inline]] void operator()(const float* weight, const float* a, const float* b,
                                         const float* c, float* __restrict out, int n) const {
    const float wa = weight[0], wb = weight[1], wc = weight[2];
    for (int x = 0; x < n; ++x) out[x] = 0.0f + wa * a[x] + wb * b[x] + wc * c[x];
  }
};
struct AddTwo {
  [[gnu::always_inline]] void operator()(const float* weight, const float* a, const float* b,
                                         float* __restrict out, int n) const {
    const float wa = weight[0], wb = weight[1];
    for (int x = 0; x < n; ++x) out[x] = out[x] + wa * a[x] + wb * b[x];
  }
};

// out = the sum over k of kernel[k] * rows[k], from left to right; an odd number of rows from 3 on.
void weigh_rows(const std::vector<float>& kernel, const std::vector<const float*>& rows, float* out,
                int n) {
  simd::run_exactly(SumOfThree{}, kernel.data(), rows[0], rows[1], rows[2], out, n);
  for (std::size_t k = 3; k < rows.size(); k += 2)
    simd::run_exactly(AddTwo{}, kernel.data() + k, rows[k], rows[k + 1], out, n);
}

// Each row along itself, into `out` without gaps: a sum of shifted copies of the row.
void blur_along_rows(const Rows& in, const std::vector<float>& kernel, std::vector<float>& out) {
  const auto radius = static_cast<int>(kernel.size() / 2);
  std::vector<float> padded(static_cast<std::size_t>(in.width + 2 * radius));
  std::vector<const float*> shifted;
  for (std::size_t k = 0; k < kernel.size(); ++k) shifted.push_back(padded.data() + k);
  out.resize(static_cast<std::size_t>(in.count * in.width));
  for (std::int64_t y = 0; y < in.count; ++y) {
    const float* row = in.row(y);
    std::fill_n(padded.begin(), radius, row[0]);
    std::copy_n(row, in.width, padded.begin() + radius);
    std::fill_n(padded.begin() + radius + in.width, radius, row[in.width - 1]);
    weigh_rows(kernel, shifted, out.data() + y * in.width, in.width);
  }
}

// Across the rows of `in`, which has no gaps.
void blur_across_rows(const std::vector<float>& in, const std::vector<float>& kernel,
                      const Rows& out) {
  const auto radius = static_cast<std::int64_t>(kernel.size() / 2);
  std::vector<const float*> near(kernel.size());
  for (std::int64_t y = 0; y < out.count; ++y) {
    for (std::size_t k = 0; k < near.size(); ++k)
      near[k] = in.data() + std::clamp<std::int64_t>(y + static_cast<std::int64_t>(k) - radius, 0,
                                                     out.count - 1) *
                                out.width;
    weigh_rows(kernel, near, out.row(y), out.width);
  }
}

void copy_rows(const Rows& in, std::vector<float>& out) {
  out.resize(static_cast<std::size_t>(in.count * in.width));
  for (std::int64_t i = 0; i < in.count; ++i)
    std::copy_n(in.row(i), in.width, out.data() + i * in.width);
}

// There and back along one axis: the voxels that are kept, the last one twice, and where between
// which two of them each voxel lies.
struct Fewer {
  std::vector<std::int64_t> kept;
  std::vector<int> below;
  std::vector<float> share;  // of the one above

  Fewer(std::int64_t size, double factor) {
    const auto fewer = std::max<std::int64_t>(1, std::llround(static_cast<double>(size) * factor));
    kept = resize_axis(size, fewer, Interpolation::nearest).first;
    kept.push_back(kept.back());
    const Axis up = resize_axis(fewer, size, Interpolation::linear);
    for (std::size_t i = 0; i < up.first.size(); ++i) {
      below.push_back(static_cast<int>(up.first[i]));
      share.push_back(up.width == 2 ? up.weight[2 * i + 1] : 0);
    }
  }
};

// So written that a share of 0 or 1 gives the kept value to the bit.
[[gnu::always_inline]] inline float between(float a, float b, float share) {
  return (1.0f - share) * a + share * b;
}

struct BetweenRows {
  [[gnu::always_inline]] void operator()(const float* a, const float* b, float share,
                                         float* __restrict out, int n) const {
    for (int i = 0; i < n; ++i) out[i] = between(a[i], b[i], share);
  }
};

struct BetweenValues {
  [[gnu::always_inline]] void operator()(const float* kept, const int* below, const float* share,
                                         float* __restrict out, int n) const {
    for (int i = 0; i < n; ++i) out[i] = between(kept[below[i]], (kept + 1)[below[i]], share[i]);
  }
};

void lower_across_rows(const Fewer& axis, const Rows& rows, std::vector<float>& kept) {
  kept.resize(axis.kept.size() * static_cast<std::size_t>(rows.width));
  for (std::size_t i = 0; i < axis.kept.size(); ++i)
    std::copy_n(rows.row(axis.kept[i]), rows.width,
                kept.begin() + static_cast<std::ptrdiff_t>(i) * rows.width);
  for (std::size_t i = 0; i < axis.below.size(); ++i) {
    const float* below = kept.data() + std::int64_t{axis.below[i]} * rows.width;
    simd::run_exactly(BetweenRows{}, below, below + rows.width, axis.share[i],
                      rows.row(static_cast<std::int64_t>(i)), rows.width);
  }
}

void lower_along_rows(const Fewer& axis, const Rows& rows, std::vector<float>& kept) {
  kept.resize(axis.kept.size());
  for (std::int64_t y = 0; y < rows.count; ++y) {
    float* row = rows.row(y);
    for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = row[axis.kept[i]];
    simd::run_exactly(BetweenValues{}, static_cast<const float*>(kept.data()), axis.below.data(),
                      axis.share.data(), row, rows.width);
  }
}

}  // namespace

void blur(const PatchView& patch, int channel, double sigma_px) {
  const auto along = [&](std::size_t axis) { return gaussian(sigma_px * patch.voxels_of_x(axis)); };
  const std::vector<float> x = along(0), y = along(1), z = along(2);
  std::vector<float> plane;
  for (const Rows& rows : planes_along_y(patch, channel)) {
    blur_along_rows(rows, x, plane);
    blur_across_rows(plane, y, rows);
  }
  for (const Rows& rows : planes_along_z(patch, channel)) {
    copy_rows(rows, plane);
    blur_across_rows(plane, z, rows);
  }
}

void lower_resolution(const PatchView& patch, int channel, double factor) {
  const Fewer x(patch.width, factor), y(patch.height, factor), z(patch.depth, factor);
  std::vector<float> kept;
  for (const Rows& rows : planes_along_y(patch, channel)) {
    lower_along_rows(x, rows, kept);
    lower_across_rows(y, rows, kept);
  }
  for (const Rows& rows : planes_along_z(patch, channel)) lower_across_rows(z, rows, kept);
}

}  // namespace myoseg
