// From a scan on its own grid to the array a network sees, and back.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/fields.h"
#include "data/volume.h"

namespace myoseg {

struct PreprocessOptions {
  std::array<double, 2> window_hu{-200, 300};  // clipped to this range ...
  std::string normalise = "unit";              // ... then: unit (to 0..1), symmetric (to -1..1), zscore (per case), none
  double gamma = 1.0;                          // contrast gamma on 0..1 values
  std::optional<std::array<double, 2>> spacing_mm;  // in-plane resampling to this x, y spacing before sizing
  std::array<int, 2> size{512, 512};           // x, y of the network's input
  std::string fit = "pad";                     // pad: centre crop or pad to size; resize: scale to size
};
void describe(Fields& f, PreprocessOptions& o);

// The image of one case as the network sees it: each slice has options.size; z is unchanged.
struct Prepared {
  Image image;      // normalised
  LabelMap label;   // nearest neighbour; empty when the case has none
  Geometry native;  // grid of the scan, to go back to
};
[[nodiscard]] Prepared preprocess(const Image& image, const LabelMap* label, const PreprocessOptions& options);

// Class scores [C, size y, size x] of slices on the prepared grid -> label map on the native grid: resampled linearly,
// then the class with the highest score. `scores` is [Z][C][Y][X] flattened.
[[nodiscard]] LabelMap to_native(const std::vector<float>& scores, int classes, const Geometry& native,
                                 const PreprocessOptions& options);

}  // namespace myoseg
