// What the kernels compute on: channels-last features in memory, without ATen.
#pragma once

#include <cstdint>

namespace myoseg::kernels {

// Features (batch, depth, height, width, channels) in float32; an image has depth 1. The channels
// of a place lie side by side; places follow one another, rows before planes before samples,
// `stride` numbers apart, which is more than `channels` where the features are a slice of wider
// ones. Of every second place of an image, rows and planes lie farther apart than that.
template <class T>
struct FeaturesOf {
  T* data = nullptr;
  std::int64_t batch = 0, depth = 1, height = 0, width = 0, channels = 0;
  std::int64_t stride = 0;
  std::int64_t row = 0, plane = 0;  // 0: rows, planes follow one another

  [[nodiscard]] std::int64_t places() const { return batch * depth * height * width; }
  [[nodiscard]] T* at(std::int64_t n, std::int64_t z, std::int64_t y, std::int64_t x) const {
    return data + (n * depth + z) * plane_stride() + y * row_stride() + x * stride;
  }
  [[nodiscard]] std::int64_t row_stride() const { return row == 0 ? width * stride : row; }
  [[nodiscard]] std::int64_t plane_stride() const {
    return plane == 0 ? height * row_stride() : plane;
  }
};
using Features = FeaturesOf<float>;
using ConstFeatures = FeaturesOf<const float>;

// Features as a convolution reads them: x becomes v = scale * x + shift, and v where it is positive
// or slope * v where it is not. So the norm and the activation of the block before cost no pass of
// their own. Zero padding stays zero.
struct Input {
  ConstFeatures features;
  const float* scale = nullptr;    // one for each channel; null: x itself, whatever the rest says
  const float* shift = nullptr;    // with scale
  std::int64_t sample_stride = 0;  // from a sample's scales and shifts to the next; 0: all share
  float slope = 1;                 // 0: relu, 1: no activation
};

// Sums for a norm that follows: [batch][channels], added up in an order that depends on the shape
// alone. Null: not wanted.
struct ChannelSums {
  double* sum = nullptr;
  double* square = nullptr;
};

}  // namespace myoseg::kernels
