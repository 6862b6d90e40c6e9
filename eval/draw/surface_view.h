// A shaded picture of the labels' surfaces, seen from the front.
#pragma once

#include <vector>

#include "data/volume.h"
#include "eval/draw/overlay.h"

namespace myoseg {

// The columns (x) and slices (z, as y0 and y1) in which any of the maps has a label, with a margin;
// all of them when none has. The maps lie on one grid.
[[nodiscard]] Window front_window(const std::vector<const LabelMap*>& maps);

// Of every column and slice the first labelled voxel from the front, in its label's colour, shaded
// by Lambert's law with the gradient of its label as the normal; darker the deeper it lies. Square
// pixels in mm, `width` across, head up, the patient's right on the left, white behind.
[[nodiscard]] Picture render_surface(const LabelMap& map, const Window& window, int width);

}  // namespace myoseg
