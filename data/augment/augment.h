// Random 2D transforms of a slice and its label; a pure function of the random stream it is given.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/fields/fields.h"
#include "core/random.h"

namespace myoseg {

// Transforms run in the order of this list; what lies outside the slice is its minimum and
// background.
struct AugmentOptions {
  bool enabled = true;
  double spatial_probability = 0.5;  // rotation + scale + shift, in one resampling with elastic
  double rotation_deg = 15;          // uniform in +-
  std::array<double, 2> scale{0.85, 1.15};  // magnification
  double shift = 0.05;                      // of the size, uniform in +-
  double elastic_probability = 0.0;
  double elastic_sigma_px = 12,
         elastic_alpha_px = 6;    // smoothness and standard deviation of the displacement
  double flip_probability = 0.0;  // left-right (x axis)
  std::vector<std::array<int, 2>> flip_swaps;  // label values exchanged by a flip (left <-> right)
  double blur_probability = 0.1;
  std::array<double, 2> blur_sigma_px{0.5, 1.0};
  double intensity_probability = 0.3;  // each of brightness, contrast, gamma
  double brightness = 0.1;             // added, uniform in +-, in units of the normalised image
  std::array<double, 2> contrast{0.8, 1.25};  // about the slice's mean
  std::array<double, 2> gamma{0.8, 1.25};     // between the slice's minimum and maximum
  double noise_probability = 0.15, noise_sd = 0.03;
};
void describe(Fields& f, AugmentOptions& o);

// A slice in place: image [C,Y,X], label [Y,X].
struct SliceView {
  std::span<float> image;
  std::span<std::uint8_t> label;
  int channels, height, width;
};
// Throws Error(failed) naming the transform when one leaves values that are no finite number.
void augment(SliceView slice, const AugmentOptions& options, Random random);

}  // namespace myoseg
