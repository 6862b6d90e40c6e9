// From a scan on its own grid to the array a network sees, and back.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"
#include "data/prepare/resample.h"
#include "data/volume.h"

namespace myoseg {

// What the window's 0..1 becomes: 0..1, -1..1, mean 0 and deviation 1 per case and channel, or HU.
enum class Normalise { unit, symmetric, zscore, none };
constexpr auto choice_names(Normalise) {
  return std::to_array<std::string_view>({"unit", "symmetric", "zscore", "none"});
}
// How a slice gets the network's size: cropped or padded about its centre, or scaled.
enum class Fit { pad, resize };
constexpr auto choice_names(Fit) { return std::to_array<std::string_view>({"pad", "resize"}); }

struct PreprocessOptions {
  std::string orientation = "";  // axes turned to this code ("LPS") first; empty: as stored
  std::array<double, 2> window_hu{-200, 300};  // clipped to this range ...
  Normalise normalise = Normalise::unit;       // ... then this
  double gamma = 1.0;                          // contrast gamma on 0..1 values, before `normalise`
  // In-plane resampling to this x, y spacing before sizing.
  std::optional<std::array<double, 2>> spacing_mm;
  std::array<int, 2> size{512, 512};  // x, y of the network's input
  Fit fit = Fit::pad;
};
void describe(Fields& f, PreprocessOptions& o);

// The image of one case as the network sees it: each slice has options.size; z is unchanged. Image:
// linear, smoothed when shrinking. Label: nearest neighbour when enlarging; when shrinking the
// label that covers most by the image's weights.
struct Prepared {
  Image image;      // normalised; beyond the scan: the window's low end (air)
  LabelMap label;   // on the grid of the image; no voxels when the case has none
  Geometry native;  // grid of the scan, to go back to
};
// Throws Error(bad_data) when the label's grid is not the image's or a voxel is not finite.
[[nodiscard]] Prepared preprocess(const Image& image, const LabelMap* label,
                                  const PreprocessOptions& options);

// The grid that `preprocess` gives a scan on the grid `native`.
[[nodiscard]] Geometry prepared_geometry(const Geometry& native, const PreprocessOptions& options);

// Class scores of slices on the prepared grid -> label map on the scan's grid: resampled linearly,
// then the class with the highest score (the lower class when equal). Voxels that the network did
// not see are background. Without resizing, the scores are taken as they are.
class ToNative {
 public:
  ToNative(const Geometry& native, const PreprocessOptions& options);
  // Slice z of the prepared grid, scores [classes, size y, size x]. Threads may add different
  // slices at once.
  void add(std::int64_t z, std::span<const float> scores, int classes);
  [[nodiscard]] LabelMap finish();

 private:
  LabelMap map_;  // in the options' orientation
  std::string stored_orientation_;
  std::array<Axis, 2> axes_;
  std::array<std::int64_t, 2> begin_;  // first native x, y that the network saw
};

// The same for all slices at once: `scores` is [Z][C][Y][X] flattened.
[[nodiscard]] LabelMap to_native(const std::vector<float>& scores, int classes,
                                 const Geometry& native, const PreprocessOptions& options);

}  // namespace myoseg
