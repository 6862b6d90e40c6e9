// Each edge leaves in every pixel it crosses the signed area to its right; a running sum along the
// row turns these into coverage. Cost: edges plus the pixels of the bounding box.
#include "data/cohort/raster.h"

#include <algorithm>
#include <cmath>

namespace myoseg::cohort {

void Raster::add_edge(Point a, Point b) {
  const double dy = b.y - a.y;
  if (dy == 0) return;
  const double slope = (b.x - a.x) / dy;
  const double sign = dy > 0 ? 1 : -1;
  const Point top = dy > 0 ? a : b, bottom = dy > 0 ? b : a;
  double y = top.y, x = top.x;
  while (y < bottom.y) {
    const int row = std::min(static_cast<int>(y), out_.height - 1);
    double y_next = std::min<double>(row + 1, bottom.y);
    if (y_next <= y) y_next = bottom.y;
    const double x_next = y_next == bottom.y ? bottom.x : top.x + (y_next - top.y) * slope;
    float* cells =
        cells_.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(stride_);
    // Within the row, from left to right, one piece for each pixel crossed.
    const double left = std::min(x, x_next), right = std::max(x, x_next), d = sign * (y_next - y);
    double from = left;
    do {
      const int column = std::clamp(static_cast<int>(from), 0, out_.width);
      const double to = std::min<double>(right, column + 1);
      const double part = right > left ? d * (to - from) / (right - left) : d;
      const double beyond = part * ((from + to) / 2 - column);
      cells[column] += static_cast<float>(part - beyond);
      cells[column + 1] += static_cast<float>(beyond);
      if (to <= from) break;
      from = to;
    } while (from < right);
    y = y_next;
    x = x_next;
  }
}

const Coverage& Raster::fill(const Outline& pixels) {
  Outline inside = pixels;
  double x0 = width_, x1 = 0, y0 = height_, y1 = 0;
  for (Point& p : inside) {
    p.x = std::clamp<double>(p.x, 0, width_);
    p.y = std::clamp<double>(p.y, 0, height_);
    x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
    y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
  }
  out_.x0 = static_cast<int>(x0);
  out_.y0 = static_cast<int>(y0);
  out_.width = std::max(0, static_cast<int>(std::ceil(x1)) - out_.x0);
  out_.height = std::max(0, static_cast<int>(std::ceil(y1)) - out_.y0);
  if (out_.width == 0 || out_.height == 0) {
    out_.width = out_.height = 0;
    out_.share.clear();
    return out_;
  }
  stride_ = out_.width + 2;
  cells_.assign(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(out_.height), 0.0F);
  for (Point& p : inside) p = {p.x - out_.x0, p.y - out_.y0};
  for (std::size_t i = 0; i < inside.size(); ++i)
    add_edge(inside[i], inside[(i + 1) % inside.size()]);

  out_.share.resize(static_cast<std::size_t>(out_.width) * static_cast<std::size_t>(out_.height));
  for (int y = 0; y < out_.height; ++y) {
    const float* cells =
        cells_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(stride_);
    float* share =
        out_.share.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(out_.width);
    float sum = 0;
    for (int x = 0; x < out_.width; ++x) {
      sum += cells[x];
      // Rounding leaves traces of 1e-7 outside; a mask must be exactly 0 there.
      const float covered = std::min(std::abs(sum), 1.0F);
      share[x] = covered > 1e-4F ? covered : 0.0F;
    }
  }
  return out_;
}

}  // namespace myoseg::cohort
