// Norms, activations and poolings of channels-last features, each in one pass over memory where
// LibTorch takes several. Bits do not depend on the number of threads.
#pragma once

#include <array>
#include <cstdint>

#include "models/kernels/features.h"

namespace myoseg::kernels {

// Overwrites the sums of each sample and channel.
void channel_sums(const ConstFeatures& x, const ChannelSums& sums);

// y = what a convolution would read of `x`, whose scale is not null, with `addend` (data null:
// none) added before the activation. y may be x's own memory.
void activate(const Input& x, const ConstFeatures& addend, const Features& y);

// The way back through `x`, whose scale is not null: g is dz where scale * x + shift is positive
// and slope * dz where it is not.
struct ActivationGradient {
  Input x;
  ConstFeatures dz;
};
// Overwrites the sums of g and of g * (x - mean): [batch][channels]. `mean` lies as the scales do.
void gradient_sums(const ActivationGradient& gradient, const float* mean, double* sum,
                   double* product);
// Overwrites the sums of dz * v, where v = scale * x + shift is not positive: what the gradient of
// a learnt slope is made of.
void slope_sums(const ActivationGradient& gradient, double* sum);
// dx = a * g + b * x + c, which lie as the scales do. dx may be dz's own memory.
void gradient(const ActivationGradient& gradient, const float* a, const float* b, const float* c,
              const Features& dx);

// The largest of each window of `factor` places (depth, height, width), the rest of an axis that
// does not fill a window left out, and which place that was: [places of y][channels]. At most 255
// places in a window.
void max_pool(const ConstFeatures& x, const std::array<std::int64_t, 3>& factor, const Features& y,
              std::uint8_t* largest);
void max_pool_gradient(const ConstFeatures& dy, const std::uint8_t* largest,
                       const std::array<std::int64_t, 3>& factor, const Features& dx);

}  // namespace myoseg::kernels
