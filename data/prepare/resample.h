// Resampling of regular grids, one axis at a time: every method is a table of weights per axis.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "data/volume.h"

namespace myoseg {

enum class Interpolation {
  nearest,        // centre-aligned; PyTorch's "nearest-exact", Pillow's NEAREST
  nearest_floor,  // input floor(i * in / out): PyTorch's and MONAI's "nearest", half a voxel off
  linear,         // two taps
  smooth,         // linear; a triangle as wide as the step when shrinking, so that nothing aliases
  area,           // mean of the input cells that output cell i touches (adaptive average pooling)
};

// How the first and last samples of two grids of one extent correspond.
enum class Alignment {
  edges,    // outer edges of the first and last cell coincide (align_corners=False)
  corners,  // centres of the first and last cell coincide (align_corners=True)
};

// One axis: output i = sum over k < width of weight[i * width + k] * input[first[i] + k].
struct Axis {
  std::int64_t input = 0;
  std::int64_t width = 1;
  std::vector<std::int64_t> first;
  std::vector<float> weight;

  [[nodiscard]] std::int64_t output() const { return static_cast<std::int64_t>(first.size()); }
  [[nodiscard]] bool identity() const;
};

// `output` samples over the extent of `input` ones (torch.nn.functional.interpolate with `size`).
[[nodiscard]] Axis resize_axis(std::int64_t input, std::int64_t output, Interpolation method,
                               Alignment alignment = Alignment::edges);

// Samples at the given places in units of input voxels; beyond the border the border's value holds.
// `step`: distance of neighbouring samples, which sets the width of `smooth`. Methods: nearest,
// linear, smooth.
[[nodiscard]] Axis sample_axis(std::int64_t input, std::span<const double> positions, double step,
                               Interpolation method);

// [y.input, x.input] -> [y.output, x.output]; x fastest.
void resample_plane(std::span<const float> in, const Axis& x, const Axis& y, std::span<float> out);
// For labels: the value with the largest sum of weights; of equal ones the nearest.
void resample_plane(std::span<const std::uint8_t> in, const Axis& x, const Axis& y,
                    std::span<std::uint8_t> out);
// The same of several planes [y.input, x.input] that weigh together: one plane of a volume.
void resample_labels(std::span<const std::uint8_t* const> planes, std::span<const float> weights,
                     const Axis& x, const Axis& y, std::span<std::uint8_t> out);

}  // namespace myoseg
