// What a worse scan would show: a blurred channel, or one of fewer and larger voxels; in place.
#pragma once

#include "data/augment/patch.h"

namespace myoseg {

// Gaussian blur along x, y and in volumes z, kernel cut at 3 sigma; the border's value holds
// outside. `sigma_px` is in voxels of x and as long in mm along the other axes.
void blur(const PatchView& patch, int channel, double sigma_px);

// Takes the nearest of `factor` times as many voxels along every axis, 0 < factor <= 1, and
// interpolates between them linearly (low-resolution simulation of Isensee et al., nnU-Net).
void lower_resolution(const PatchView& patch, int channel, double factor);

}  // namespace myoseg
