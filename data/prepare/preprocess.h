// From a scan on its own grid to the array a network sees; data/prepare/to_native.h is the way
// back.
#pragma once

#include "data/prepare/preprocess_options.h"
#include "data/stored_image.h"
#include "data/volume.h"

namespace myoseg {

// One case as the network sees it.
struct Prepared {
  Image image;      // normalised; beyond the scan: the window's low end (air)
  LabelMap label;   // on the grid of the image; no voxels when the case has none
  Geometry native;  // grid of the scan
};
// Throws Error(bad_data) when the label's grid is not the image's or a voxel is not finite.
[[nodiscard]] Prepared preprocess(const StoredImage& image, const LabelMap* label,
                                  const PreprocessOptions& options);

}  // namespace myoseg
