// Random transforms of a patch and its label; a pure function of the random stream it is given.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/fields/fields.h"
#include "core/random.h"
#include "data/augment/patch.h"

namespace myoseg {

// Transforms run in the order of this list; what lies outside the patch is its minimum and
// background. A slice is a patch of depth 1: what is said of z does nothing to it.
struct AugmentOptions {
  bool enabled = true;
  double spatial_probability = 0.5;  // rotation + scale + shift, in one resampling with elastic
  double rotation_deg = 15;          // about z, uniform in +-
  double rotation_x_deg = 15, rotation_y_deg = 15;
  std::array<double, 2> scale{0.85, 1.15};  // magnification
  double shift = 0.05;                      // of the size, uniform in +-
  double elastic_probability = 0.0;
  double elastic_sigma_px = 12,
         elastic_alpha_px = 6;    // smoothness and standard deviation of the displacement
  double flip_probability = 0.0;  // left-right (x axis)
  std::vector<std::array<int, 2>> flip_swaps;  // label values exchanged by a flip (left <-> right)
  double mirror_y_probability = 0, mirror_z_probability = 0;
  double rotate90_probability = 0;  // one, two or three quarters about z
  double blur_probability = 0.1;
  std::array<double, 2> blur_sigma_px{0.5, 1.0};
  double low_resolution_probability = 0;
  std::array<double, 2> low_resolution{0.5, 1.0};  // voxels kept along each axis
  double intensity_probability = 0.3;              // each of brightness, contrast, gamma
  double brightness = 0.1;  // added, uniform in +-, in units of the normalised image
  std::array<double, 2> contrast{0.8, 1.25};  // about the patch's mean
  std::array<double, 2> gamma{0.8, 1.25};     // between the patch's minimum and maximum
  double noise_probability = 0.15, noise_sd = 0.03;
};
void describe(Fields& f, AugmentOptions& o);

// In place. Lengths in px are in voxels of x. Throws Error(failed) naming the transform when one
// leaves values that are no finite number, Error(bad_usage) when quarter turns are asked of planes
// that are not square.
void augment(const PatchView& patch, const AugmentOptions& options, Random random);

}  // namespace myoseg
