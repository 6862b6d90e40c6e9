#include "models/blocks/fused/norm_pass.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "models/blocks/fused/features.h"
#include "models/kernels/passes/passes.h"

namespace myoseg::fused {
namespace {

at::Tensor doubles(std::int64_t rows, std::int64_t channels) {
  return at::zeros({rows, channels}, at::TensorOptions(at::kDouble));
}
at::Tensor floats(std::int64_t rows, std::int64_t channels) {
  return at::zeros({rows, channels}, at::TensorOptions(at::kFloat));
}

// A parameter's number, or what stands for one that is not there.
double parameter(const at::Tensor& p, std::int64_t channel, double otherwise) {
  return p.defined() ? static_cast<double>(p.data_ptr<float>()[channel]) : otherwise;
}

// Towards the batch's mean and unbiased variance, as PyTorch does it.
void move_on(const ChannelNorm& norm, const double* mean, const double* variance,
             std::int64_t count) {
  const double unbiased =
      static_cast<double>(count) / static_cast<double>(std::max<std::int64_t>(count - 1, 1));
  const auto moved = [&](float before, double to) {
    return static_cast<float>((1 - norm.momentum) * static_cast<double>(before) +
                              norm.momentum * to);
  };
  float* m = norm.running_mean.data_ptr<float>();
  float* v = norm.running_var.data_ptr<float>();
  for (std::int64_t c = 0; c < norm.running_mean.numel(); ++c) {
    m[c] = moved(m[c], mean[c]);
    v[c] = moved(v[c], variance[c] * unbiased);
  }
  norm.batches.add_(1);
}

// Sums of samples to those of the batch.
void join_samples(std::vector<double>& sums, std::int64_t samples) {
  const std::size_t channels = sums.size() / static_cast<std::size_t>(samples);
  for (std::size_t i = channels; i < sums.size(); ++i) sums[i % channels] += sums[i];
  sums.resize(channels);
}

}  // namespace

Moments moments_of(const ChannelNorm& norm, const Sums& given, std::int64_t samples,
                   std::int64_t places) {
  std::vector<double> sum = given.first, square = given.second;
  const auto channels = static_cast<std::int64_t>(sum.size()) / samples;
  if (!norm.of_sample) {
    join_samples(sum, samples);
    join_samples(square, samples);
  }
  const std::int64_t rows = norm.of_sample ? samples : 1;
  const std::int64_t count = norm.of_sample ? places : samples * places;
  Moments moments{doubles(rows, channels), doubles(rows, channels)};
  double* mean = moments.mean.data_ptr<double>();
  double* factor = moments.factor.data_ptr<double>();
  std::vector<double>& variance = square;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    mean[i] = sum[i] / static_cast<double>(count);
    variance[i] = std::max(0.0, square[i] / static_cast<double>(count) - mean[i] * mean[i]);
    factor[i] = 1 / std::sqrt(variance[i] + norm.eps);
  }
  if (norm.running_mean.defined() && !norm.fixed) move_on(norm, mean, variance.data(), count);
  return moments;
}

Moments fixed_moments(const ChannelNorm& norm) {
  return {norm.running_mean.to(at::kDouble).unsqueeze(0),
          (norm.running_var.to(at::kDouble) + norm.eps).rsqrt().unsqueeze(0)};
}

Affine affine_of(const ChannelNorm& norm, const Moments& moments) {
  const std::int64_t rows = moments.mean.size(0), channels = moments.mean.size(1);
  Affine affine{floats(rows, channels), floats(rows, channels), floats(rows, channels)};
  const double* mean = moments.mean.data_ptr<double>();
  const double* factor = moments.factor.data_ptr<double>();
  for (std::int64_t i = 0; i < rows * channels; ++i) {
    const double scale = parameter(norm.weight, i % channels, 1) * factor[i];
    affine.scale.data_ptr<float>()[i] = static_cast<float>(scale);
    affine.shift.data_ptr<float>()[i] =
        static_cast<float>(parameter(norm.bias, i % channels, 0) - mean[i] * scale);
    affine.mean.data_ptr<float>()[i] = static_cast<float>(mean[i]);
  }
  return affine;
}

Part normed(const at::Tensor& x, const Affine& affine, double slope) {
  return {.x = x,
          .scale = affine.scale.data_ptr<float>(),
          .shift = affine.shift.data_ptr<float>(),
          .sample_stride = affine.scale.size(0) > 1 ? affine.scale.size(1) : 0,
          .slope = static_cast<float>(slope)};
}

// With n places in a norm's statistics, g the gradient of what the norm gives and x^ the normed x:
// dx = factor * weight * (g - sum(g) / n - x^ * sum(g x^) / n) (Ioffe and Szegedy, ICML 2015); with
// statistics that are fixed dx = factor * weight * g.
NormGradient norm_gradient(const ChannelNorm& norm, const Moments& moments, const Affine& affine,
                           const at::Tensor& x, double slope, const at::Tensor& dz, bool in_place) {
  const std::int64_t samples = x.size(0), channels = x.size(1);
  const std::int64_t rows = moments.mean.size(0);
  const kernels::ActivationGradient through{normed(x, affine, slope).input(), const_features(dz)};
  Sums sums(samples, channels);
  kernels::gradient_sums(through, affine.mean.data_ptr<float>(), sums.first.data(),
                         sums.second.data());
  if (rows == 1) {
    join_samples(sums.first, samples);
    join_samples(sums.second, samples);
  }
  const double n = static_cast<double>(x.numel() / channels / rows);
  const at::Tensor a = floats(rows, channels), b = floats(rows, channels),
                   c = floats(rows, channels);
  const at::Tensor dweight = doubles(1, channels), dbias = doubles(1, channels),
                   dx_sum = doubles(1, channels);
  for (std::int64_t i = 0; i < rows * channels; ++i) {
    const std::int64_t channel = i % channels;
    const double mean = moments.mean.data_ptr<double>()[i],
                 factor = moments.factor.data_ptr<double>()[i];
    const auto at = static_cast<std::size_t>(i);
    const double sum = sums.first[at], product = sums.second[at] * factor;
    const double scale = parameter(norm.weight, channel, 1) * factor;
    dweight.data_ptr<double>()[channel] += product;
    dbias.data_ptr<double>()[channel] += sum;
    a.data_ptr<float>()[i] = static_cast<float>(scale);
    if (norm.fixed) {
      dx_sum.data_ptr<double>()[channel] += scale * sum;
      continue;
    }
    const double along = -scale * factor * product / n;
    b.data_ptr<float>()[i] = static_cast<float>(along);
    c.data_ptr<float>()[i] = static_cast<float>(-scale * sum / n - along * mean);
  }
  const at::Tensor dx = in_place ? dz : empty_features(x.sizes());
  kernels::gradient(through, a.data_ptr<float>(), b.data_ptr<float>(), c.data_ptr<float>(),
                    features(dx));
  const auto flat = [](const at::Tensor& t) { return t.squeeze(0).to(at::kFloat); };
  return {dx, flat(dweight), flat(dbias), flat(dx_sum)};
}

at::Tensor slope_gradient(const Affine& affine, const at::Tensor& x, const at::Tensor& dz) {
  Sums sums(x.size(0), x.size(1));
  kernels::slope_sums({normed(x, affine, 1).input(), const_features(dz)}, sums.first.data());
  double sum = 0;
  for (const double of_channel : sums.first) sum += of_channel;
  return at::full({1}, sum, at::kFloat);
}

NormGradient activation_gradient(const at::Tensor& x, double slope, const at::Tensor& dz,
                                 bool in_place) {
  const std::int64_t channels = x.size(1);
  const at::Tensor ones = at::ones({1, channels}), zeros = at::zeros({1, channels});
  const Affine same{ones, zeros, zeros};
  const kernels::ActivationGradient through{normed(x, same, slope).input(), const_features(dz)};
  Sums sums(x.size(0), channels);
  kernels::gradient_sums(through, zeros.data_ptr<float>(), sums.first.data(), sums.second.data());
  join_samples(sums.first, x.size(0));
  at::Tensor dx = dz;
  if (slope != 1) {
    if (!in_place) dx = empty_features(x.sizes());
    const float* none = zeros.data_ptr<float>();
    kernels::gradient(through, ones.data_ptr<float>(), none, none, features(dx));
  }
  const at::Tensor total = doubles(1, channels);
  std::copy(sums.first.begin(), sums.first.end(), total.data_ptr<double>());
  return {dx, {}, {}, total.squeeze(0).to(at::kFloat)};
}

}  // namespace myoseg::fused
