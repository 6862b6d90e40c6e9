// What is augmented: a patch of a case and its label, in place; a slice is a patch of depth 1.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace myoseg {

struct PatchView {
  std::span<float> image;         // [C,Z,Y,X]
  std::span<std::uint8_t> label;  // [Z,Y,X]
  int channels, depth, height, width;
  std::array<double, 3> spacing{1, 1, 1};  // x, y, z; mm

  [[nodiscard]] std::size_t plane_voxels() const {
    return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  }
  [[nodiscard]] std::size_t voxels() const {
    return static_cast<std::size_t>(depth) * plane_voxels();
  }
  [[nodiscard]] std::span<float> channel(int c) const {
    return image.subspan(static_cast<std::size_t>(c) * voxels(), voxels());
  }
  // How many voxels along an axis (0 x, 1 y, 2 z) are as long as one voxel of x.
  [[nodiscard]] double voxels_of_x(std::size_t axis) const { return spacing[0] / spacing[axis]; }
};

}  // namespace myoseg
