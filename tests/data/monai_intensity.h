// Grey-value transforms of whole scans as MONAI computes them, in place: stages of the golden
// records' pipelines that the program has no use for.
#pragma once

#include <array>
#include <span>

#include "data/volume.h"

namespace myoseg::testing {

// Maps `from` linearly onto `to`; `clip`: to the range `to` (ScaleIntensityRange).
void map_range(Image& image, std::array<double, 2> from, std::array<double, 2> to, bool clip);
// Maps the image's own range onto `to`, over all channels or each on its own (ScaleIntensity). A
// constant becomes constant * to[0], which is what the reference does.
void fit_range(Image& image, std::array<double, 2> to, bool by_channel);
// ((v - min) / (max - min + 1e-7))^gamma * (max - min) + min over the whole image (AdjustContrast).
void adjust_contrast(Image& image, double gamma);
// (v - mean) / standard deviation (population), over all channels or each on its own; `nonzero`:
// voxels of value 0 stay and do not count (NormalizeIntensity).
void standardise(Image& image, bool by_channel, bool nonzero);
// Limits every value to low..high.
void clip(Image& image, double low, double high);

// The q-th percentile, 0..100, linear between the two nearest values. NaN when there are no values.
[[nodiscard]] double percentile(std::span<const float> values, double q);

}  // namespace myoseg::testing
