#include "data/augment/spatial.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace myoseg {
namespace {

std::array<float, 4> cubic_b_spline(double t) {
  const double s = 1 - t;
  return {
      static_cast<float>(s * s * s / 6), static_cast<float>((3 * t * t * t - 6 * t * t + 4) / 6),
      static_cast<float>((3 * s * s * s - 6 * s * s + 4) / 6), static_cast<float>(t * t * t / 6)};
}

int floor_of(float v) {
  const int i = static_cast<int>(v);
  return i - (v < static_cast<float>(i) ? 1 : 0);
}

}  // namespace

std::vector<Displacement::Taps> Displacement::taps(int size, double spacing) {
  std::vector<Taps> all;
  for (int i = 0; i < size; ++i) {
    const double at = i / spacing;
    const auto node = static_cast<std::size_t>(at);
    all.push_back({node, cubic_b_spline(at - static_cast<double>(node))});
  }
  return all;
}

Displacement::Displacement(Random& random, int width, int height, double sigma_px,
                           double alpha_px) {
  // The kernel of unit node spacing has variance 1/3, and the mean square of its weights is
  // 151/315.
  const double spacing = std::max(1.0, sigma_px * std::sqrt(3.0));
  const double amplitude = alpha_px / (151.0 / 315.0);
  columns_ = taps(width, spacing);
  rows_ = taps(height, spacing);
  nodes_x_ = columns_.back().first + 4;
  x_.resize(nodes_x_ * (rows_.back().first + 4));
  y_.resize(x_.size());
  for (auto& v : x_) v = static_cast<float>(random.normal(0, amplitude));
  for (auto& v : y_) v = static_cast<float>(random.normal(0, amplitude));
}

void Displacement::add(int row, std::span<float> x, std::span<float> y) const {
  const Taps& r = rows_[static_cast<std::size_t>(row)];
  std::vector<float> line(2 * nodes_x_, 0.0f);  // the nodes at this row: x, then y
  for (std::size_t k = 0; k < 4; ++k)
    for (std::size_t n = 0; n < nodes_x_; ++n) {
      line[n] += r.weight[k] * x_[(r.first + k) * nodes_x_ + n];
      line[nodes_x_ + n] += r.weight[k] * y_[(r.first + k) * nodes_x_ + n];
    }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Taps& c = columns_[i];
    const float* dx = &line[c.first];
    const float* dy = dx + nodes_x_;
    x[i] += c.weight[0] * dx[0] + c.weight[1] * dx[1] + c.weight[2] * dx[2] + c.weight[3] * dx[3];
    y[i] += c.weight[0] * dy[0] + c.weight[1] * dy[1] + c.weight[2] * dy[2] + c.weight[3] * dy[3];
  }
}

void source_row(const PixelMap& map, const Displacement* displacement, int row, std::span<float> x,
                std::span<float> y) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto column = static_cast<double>(i);
    x[i] = static_cast<float>(map.xx * column + map.xy * row + map.x0);
    y[i] = static_cast<float>(map.yx * column + map.yy * row + map.y0);
  }
  if (displacement != nullptr) displacement->add(row, x, y);
}

void sample_linear(std::span<const float> in, int width, int height, std::span<const float> x,
                   std::span<const float> y, float fill, std::span<float> out) {
  const auto at = [&](int column, int row) {
    const bool inside = column >= 0 && column < width && row >= 0 && row < height;
    return inside ? in[static_cast<std::size_t>(std::int64_t{row} * width + column)] : fill;
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    // Far outside is as good as just outside, and fits an int.
    const float px = std::clamp(x[i], -2.0f, static_cast<float>(width) + 1);
    const float py = std::clamp(y[i], -2.0f, static_cast<float>(height) + 1);
    const int column = floor_of(px), row = floor_of(py);
    const float fx = px - static_cast<float>(column), fy = py - static_cast<float>(row);
    float a, b, c, d;
    if (column >= 0 && column + 1 < width && row >= 0 && row + 1 < height) {
      const float* p = in.data() + std::int64_t{row} * width + column;
      a = p[0], b = p[1], c = p[width], d = p[width + 1];
    } else {
      a = at(column, row), b = at(column + 1, row);
      c = at(column, row + 1), d = at(column + 1, row + 1);
    }
    const float top = a + fx * (b - a), bottom = c + fx * (d - c);
    out[i] = top + fy * (bottom - top);
  }
}

void sample_nearest(std::span<const std::uint8_t> in, int width, int height,
                    std::span<const float> x, std::span<const float> y,
                    std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int column = floor_of(std::clamp(x[i], -2.0f, static_cast<float>(width) + 1) + 0.5f);
    const int row = floor_of(std::clamp(y[i], -2.0f, static_cast<float>(height) + 1) + 0.5f);
    const bool inside = column >= 0 && column < width && row >= 0 && row < height;
    out[i] =
        inside ? in[static_cast<std::size_t>(std::int64_t{row} * width + column)] : std::uint8_t{0};
  }
}

}  // namespace myoseg
