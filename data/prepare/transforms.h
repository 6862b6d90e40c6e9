// Turning, cropping and padding of volumes; voxels are moved, never interpolated, and geometry
// follows.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "data/volume.h"

namespace myoseg {

// Where the axes x, y, z point, one letter each, as nibabel writes it: "LPS" runs to the left, back
// and head. An oblique axis takes the letter of its closest patient axis.
[[nodiscard]] std::string orientation_code(const Geometry& geometry);
// Whether `code` names three different patient axes by the letters R L A P S I.
[[nodiscard]] bool is_orientation_code(std::string_view code);
// Permutes and flips the axes so that they point as `code` says. Error(bad_usage) when it is no
// such code.
[[nodiscard]] Geometry reorient(const Geometry& geometry, std::string_view code);
[[nodiscard]] Image reorient(const Image& volume, std::string_view code);
[[nodiscard]] LabelMap reorient(const LabelMap& volume, std::string_view code);

// A box of voxels; it may reach beyond the grid (padding there).
struct Box {
  std::array<std::int64_t, 3> start{0, 0, 0};
  std::array<std::int64_t, 3> size{0, 0, 0};
};
// First voxel of a centred window of `size` on an axis of n voxels; negative when the window is
// larger (MONAI's CenterSpatialCrop and SpatialPad).
[[nodiscard]] std::int64_t centred_start(std::int64_t n, std::int64_t size);
[[nodiscard]] Box centred_box(const Geometry& geometry, const std::array<std::int64_t, 3>& size);
// The bounding box of voxels above `threshold` in any channel, grown by `margin` voxels on each
// side within the grid, then, centred, to multiples of `divisible_by` (MONAI's CropForeground). No
// such voxel: an empty box at 0.
[[nodiscard]] Box foreground_box(const Image& image, double threshold = 0, std::int64_t margin = 0,
                                 std::int64_t divisible_by = 1);

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

}  // namespace myoseg
