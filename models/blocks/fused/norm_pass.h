// A norm of channels: from sums to what the kernels apply, and back.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "models/blocks/fused/conv_pass.h"
#include "models/blocks/layers.h"

namespace myoseg::fused {

// Sums of each sample and channel, to be filled.
struct Sums {
  Sums(std::int64_t samples, std::int64_t channels)
      : first(static_cast<std::size_t>(samples * channels)), second(first.size()) {}
  [[nodiscard]] kernels::ChannelSums out() { return {first.data(), second.data()}; }
  std::vector<double> first, second;
};

// The norm's statistics, [samples or 1][channels] each.
struct Moments {
  at::Tensor mean, factor;  // float64; factor: 1 / sqrt(variance + eps)
};
// x * scale + shift is the norm; mean is that of the moments. [samples or 1][channels], float32.
struct Affine {
  at::Tensor scale, shift, mean;
};

// Of `places` in each sample. Moves the running statistics on where the norm has ones.
[[nodiscard]] Moments moments_of(const ChannelNorm& norm, const Sums& sums, std::int64_t samples,
                                 std::int64_t places);
[[nodiscard]] Moments fixed_moments(const ChannelNorm& norm);
[[nodiscard]] Affine affine_of(const ChannelNorm& norm, const Moments& moments);
// x as it is read with the norm and an activation; the part points into `affine`.
[[nodiscard]] Part normed(const at::Tensor& x, const Affine& affine, double slope);

// From the gradient of the activated norm to that of what it read.
struct NormGradient {
  at::Tensor dx;
  at::Tensor dweight, dbias;  // [channels]
  at::Tensor dx_sum;          // [channels]: of dx over all samples and places
};
// `norm` as it was in the forward pass. dz is overwritten where `in_place` says so.
[[nodiscard]] NormGradient norm_gradient(const ChannelNorm& norm, const Moments& moments,
                                         const Affine& affine, const at::Tensor& x, double slope,
                                         const at::Tensor& dz, bool in_place);
// Of a learnt slope, [1], from the gradient of the activated norm.
[[nodiscard]] at::Tensor slope_gradient(const Affine& affine, const at::Tensor& x,
                                        const at::Tensor& dz);
// The same of an activation alone; x may be what it gave.
[[nodiscard]] NormGradient activation_gradient(const at::Tensor& x, double slope,
                                               const at::Tensor& dz, bool in_place);

}  // namespace myoseg::fused
