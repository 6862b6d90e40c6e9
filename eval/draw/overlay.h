// Pictures of a slice with its labels in colour.
#pragma once

#include <cstdint>
#include <vector>

#include "data/volume.h"

namespace myoseg {

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb;  // rows top to bottom
};

// A part of a slice in voxels, half open.
struct Window {
  std::int64_t x0 = 0, x1 = 0, y0 = 0, y1 = 0;
};

// The slice with the most labelled voxels; the middle one when there are none.
[[nodiscard]] std::int64_t fullest_slice(const LabelMap& map);
// Bounding box of the body (connected parts denser than -300 HU, without specks) with a margin; the
// whole slice when there is none.
[[nodiscard]] Window body_window(const Image& scan, std::int64_t z);
// The slice in a CT window, `width` pixels wide with square pixels, as radiologists look at it
// (front up, the patient's right on the left). With labels: their colours over it, outlined.
[[nodiscard]] Picture render_slice(const Image& scan, const LabelMap* labels, std::int64_t z,
                                   const Window& window, int width, double low_hu = -160,
                                   double high_hu = 240);
// Side by side with a white gap; heights must be equal.
[[nodiscard]] Picture side_by_side(const std::vector<Picture>& pictures, int gap);
// One below the other with a white gap; widths must be equal.
[[nodiscard]] Picture stacked(const std::vector<Picture>& pictures, int gap);

}  // namespace myoseg
