// A transposed convolution with kernels of 4 at stride 2 as one with kernels of 3 at stride 1:
// along an axis, outputs 2p and 2p + 1 are each made of two of the places p - 1, p and p + 1, so
// the four phases of the outputs (even and odd rows and columns) are four times the channels.
#pragma once

#include <array>
#include <vector>

#include "models/kernels/convolution.h"

namespace myoseg::kernels::winograd {

constexpr std::int64_t kPhases = 4;

// Whether it is such a convolution of images: kernel (1, 4, 4), stride 2, padding 1.
[[nodiscard]] bool has_phases(const ConvShape& shape);
// The one with kernels of 3; its outputs are the phases side by side.
[[nodiscard]] ConvShape phase_shape(const ConvShape& shape);
// Between the weights of both, in PyTorch's order; taps that have no part in a phase are zero.
[[nodiscard]] std::vector<float> to_phases(const ConvShape& shape, const float* weight);
void from_phases(const ConvShape& shape, const std::vector<float>& of_phases, float* weight);

// Every second row and column of it.
template <class T>
[[nodiscard]] std::array<FeaturesOf<T>, kPhases> phases_of(const FeaturesOf<T>& image) {
  std::array<FeaturesOf<T>, kPhases> phases;
  for (std::int64_t i = 0; i < kPhases; ++i) {
    FeaturesOf<T>& phase = phases[static_cast<std::size_t>(i)];
    phase = image;
    phase.data = image.at(0, 0, i / 2, i % 2);
    phase.height = (image.height - i / 2 + 1) / 2;
    phase.width = (image.width - i % 2 + 1) / 2;
    phase.stride = 2 * image.stride;
    phase.row = 2 * image.row_stride();
    phase.plane = image.plane_stride();
  }
  return phases;
}

}  // namespace myoseg::kernels::winograd
