// Slices that are no planes of a regular grid, onto one. Inside data/ only.
#pragma once

#include "data/io/dicom/series.h"
#include "data/volume.h"

namespace myoseg {

// The image of a series on its grid. `stored`: the slices as they are, one after another. Linear
// between the two slices beside a plane and between the pixels of each, every slice taken where it
// lies; beside the slices the image's least value, which in a CT is air.
[[nodiscard]] Image onto_regular_grid(const Series& series, const std::vector<float>& stored);

}  // namespace myoseg
