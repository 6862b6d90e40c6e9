// Outlines to pixels: the exact share of each pixel that an outline covers.
#pragma once

#include <cstdint>
#include <vector>

#include "data/cohort/outline.h"

namespace myoseg::cohort {

// The part of a slice that an outline touches, row-major, x fastest.
struct Coverage {
  int x0 = 0, y0 = 0, width = 0, height = 0;
  std::vector<float> share;  // 0..1

  [[nodiscard]] const float* row(int y) const {
    return share.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
  }
};

// Fills outlines given in pixels (pixel i covers [i, i+1)); keeps its buffers between calls.
class Raster {
 public:
  Raster(int width, int height) : width_(width), height_(height) {}
  // Valid until the next call. Parts outside the slice are cut off.
  const Coverage& fill(const Outline& pixels);

 private:
  void add_edge(Point a, Point b);

  int width_, height_, stride_ = 0;
  std::vector<float> cells_;
  Coverage out_;
};

}  // namespace myoseg::cohort
