// Turning volumes: voxels are moved, never interpolated, and the geometry follows.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "data/volume.h"

namespace myoseg {

// Where the axes x, y, z point, one letter each, as nibabel writes it: "LPS" runs to the left, back
// and head. An oblique axis takes the letter of its closest patient axis.
[[nodiscard]] std::string orientation_code(const Geometry& geometry);
// Whether `code` names three different patient axes by the letters R L A P S I.
[[nodiscard]] bool is_orientation_code(std::string_view code);
// A stored volume seen with its axes turned: voxel (x, y, z) of the turned grid is the stored voxel
// start + x * step[0] + y * step[1] + z * step[2] of a channel.
struct Turned {
  Geometry geometry;
  std::array<std::size_t, 3> from{0, 1, 2};  // the stored axis that each turned one is
  std::array<bool, 3> reversed{};            // ... run backwards
  std::int64_t start = 0;
  std::array<std::int64_t, 3> step{};

  [[nodiscard]] bool as_stored() const {
    return from == std::array<std::size_t, 3>{0, 1, 2} && reversed == std::array<bool, 3>{};
  }
};
// Empty `code`: as stored. Error(bad_usage) when it is no such code.
[[nodiscard]] Turned turned(const Geometry& stored, std::string_view code);

// Permutes and flips the axes so that they point as `code` says. Error(bad_usage) when it is no
// such code.
[[nodiscard]] Geometry reorient(const Geometry& geometry, std::string_view code);
[[nodiscard]] Image reorient(const Image& volume, std::string_view code);
[[nodiscard]] LabelMap reorient(const LabelMap& volume, std::string_view code);

}  // namespace myoseg
