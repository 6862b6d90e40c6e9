// What is done to a scan before a network sees it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"

namespace myoseg {

// What the window's 0..1 becomes: 0..1, -1..1, mean 0 and deviation 1 per case and channel, or HU.
enum class Normalise { unit, symmetric, zscore, none };
constexpr auto choice_names(Normalise) {
  return std::to_array<std::string_view>({"unit", "symmetric", "zscore", "none"});
}
// How a scan gets the size that is asked for: cropped or padded about its centre, each axis scaled,
// or all axes of `size` scaled by one factor, so that the scan just fits, then padded.
enum class Fit { pad, resize, inside };
constexpr auto choice_names(Fit) {
  return std::to_array<std::string_view>({"pad", "resize", "inside"});
}

// smooth: images linear, smoothed when shrinking so that nothing aliases; labels from the nearest
// voxel, when shrinking those that cover most; the scan's middle keeps its place. linear: images
// linear, labels from the nearest voxel, the first stored voxel keeps its place (MONAI's Spacing).
enum class Resampling { smooth, linear };
constexpr auto choice_names(Resampling) {
  return std::to_array<std::string_view>({"smooth", "linear"});
}

// What of a scan is kept: all of it, or the box of all voxels above the window's low end.
enum class Crop { none, foreground };
constexpr auto choice_names(Crop) {
  return std::to_array<std::string_view>({"none", "foreground"});
}

// Lists: x, y, or x, y, z of the turned scan; with two numbers z stays as it is.
struct PreprocessOptions {
  std::string orientation = "";  // axes turned to this code ("LPS") first; empty: as stored
  std::array<double, 2> window_hu{-200, 300};  // clipped to this range ...
  // ... or to that between these percentiles of the scan's own values, of each channel.
  std::optional<std::array<double, 2>> window_percentiles;
  Normalise normalise = Normalise::unit;  // ... then this
  double gamma = 1.0;                     // contrast gamma on 0..1 values, before `normalise`
  Crop crop = Crop::none;
  std::optional<std::vector<double>> spacing_mm;  // resampled to this; none: the scan's own
  Resampling resampling = Resampling::smooth;
  std::optional<std::vector<int>> size{{512, 512}};  // none: as large as it then is
  Fit fit = Fit::pad;
};
void describe(Fields& f, PreprocessOptions& o);

}  // namespace myoseg
