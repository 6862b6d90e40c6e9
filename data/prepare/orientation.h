// Turning volumes: voxels are moved, never interpolated, and the geometry follows.
#pragma once

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

}  // namespace myoseg
