// A coronal plane as a slice that render_slice() draws: front view, head up, the patient's right on
// the left.
#pragma once

#include <cstdint>

#include "data/volume.h"

namespace myoseg {

// The plane y of the first channel as a volume of one slice: its columns are the volume's x, its
// rows the volume's z with the spacing of each.
[[nodiscard]] Image coronal_slice(const Image& volume, std::int64_t y);
[[nodiscard]] LabelMap coronal_slice(const LabelMap& volume, std::int64_t y);

// The coronal plane with the most labelled voxels; the middle one when there are none.
[[nodiscard]] std::int64_t fullest_coronal(const LabelMap& map);

}  // namespace myoseg
