// What is done to a predicted label map before it counts.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/fields/fields.h"
#include "data/stored_image.h"

namespace myoseg {

struct PostprocessOptions {
  std::optional<std::array<double, 2>>
      hu_range;  // voxels outside are removed from the prediction (Kreher 2022: -20..200)
};
void describe(Fields& f, PostprocessOptions& o);

// In place. Scan and prediction must lie on the same grid; the first channel is the HU image.
void postprocess(LabelMap& prediction, const StoredImage& scan, const PostprocessOptions& options);

}  // namespace myoseg
