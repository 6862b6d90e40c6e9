// Transforms of whole scans as MONAI computes them. The program has no use for them: it takes one
// slice at a time. With them golden records of whole pipelines say whether the axes' weights
// (data/prepare/resample.h) and orientations (data/prepare/orientation.h) are right.
#pragma once

#include <array>
#include <cstdint>

#include "data/prepare/sampling.h"
#include "data/volume.h"

namespace myoseg::testing {

// A box of voxels; it may reach beyond the grid (padding there).
struct Box {
  std::array<std::int64_t, 3> start{0, 0, 0};
  std::array<std::int64_t, 3> size{0, 0, 0};
};
[[nodiscard]] Box centred_box(const Geometry& geometry, const std::array<std::int64_t, 3>& size);
// The bounding box of voxels above `threshold` in any channel, grown by `margin` voxels on each
// side within the grid, then, centred, to multiples of `divisible_by` (CropForeground). No such
// voxel: an empty box at 0.
[[nodiscard]] Box foreground_box(const Image& image, double threshold, std::int64_t margin,
                                 std::int64_t divisible_by);
// What is inside `box`; `fill` where it reaches beyond the grid.
[[nodiscard]] Image crop(const Image& volume, const Box& box, float fill = 0);
[[nodiscard]] LabelMap crop(const LabelMap& volume, const Box& box, std::uint8_t fill = 0);

// Mirrors the voxels along the given axes (0 x, 1 y, 2 z); the place of each voxel in the patient
// stays the same.
[[nodiscard]] Image flip(const Image& volume, const std::array<bool, 3>& axes);
[[nodiscard]] LabelMap flip(const LabelMap& volume, const std::array<bool, 3>& axes);
// Turns by `quarters` * 90 degrees in the plane from axis `from` to axis `to` (numpy.rot90).
[[nodiscard]] Image rotate90(const Image& volume, int quarters, int from, int to);
[[nodiscard]] LabelMap rotate90(const LabelMap& volume, int quarters, int from, int to);

// Scales the field of view to `size` voxels (x, y, z); spacing and origin follow.
[[nodiscard]] Image resize(const Image& in, const std::array<std::int64_t, 3>& size,
                           Interpolation method, Alignment alignment = Alignment::edges);
// The grid of new spacing with voxel 0 fixed and round((n - 1) * old / new + 1) voxels (Spacing);
// an entry that is not positive keeps that axis.
[[nodiscard]] Image resample_to_spacing(const Image& in, const std::array<double, 3>& spacing_mm,
                                        Interpolation method = Interpolation::linear);
[[nodiscard]] LabelMap resample_to_spacing(const LabelMap& in,
                                           const std::array<double, 3>& spacing_mm);

}  // namespace myoseg::testing
