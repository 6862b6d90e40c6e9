#include "data/augment/displacement.h"

#include <algorithm>
#include <cmath>

namespace myoseg {
namespace {

std::array<float, 4> cubic_b_spline(double t) {
  const double s = 1 - t;
  return {
      static_cast<float>(s * s * s / 6), static_cast<float>((3 * t * t * t - 6 * t * t + 4) / 6),
      static_cast<float>((3 * s * s * s - 6 * s * s + 4) / 6), static_cast<float>(t * t * t / 6)};
}

// The kernel of unit node spacing has variance 1/3.
double voxels_a_node(const PatchView& patch, std::size_t axis, double sigma_px) {
  return std::max(1.0, sigma_px * patch.voxels_of_x(axis) * std::sqrt(3.0));
}

}  // namespace

Displacement::Axis::Axis(int size, double voxels_a_node) {
  for (int i = 0; i < size; ++i) {
    const double at = i / voxels_a_node;
    first.push_back(static_cast<std::size_t>(at));
    const auto weights = cubic_b_spline(at - static_cast<double>(first.back()));
    for (std::size_t k = 0; k < weights.size(); ++k) weight[k].push_back(weights[k]);
  }
}

Displacement::Displacement(Random& random, const PatchView& patch, double sigma_px, double alpha_px)
    : x_(patch.width, voxels_a_node(patch, 0, sigma_px)),
      y_(patch.height, voxels_a_node(patch, 1, sigma_px)),
      z_(patch.depth, voxels_a_node(patch, 2, sigma_px)) {
  constexpr double kMeanSquare = 151.0 / 315.0;  // of the kernel's weights along one axis
  const bool slice = patch.depth == 1;
  const double reduction = slice ? kMeanSquare : kMeanSquare * std::sqrt(kMeanSquare);
  const std::size_t nodes = x_.nodes() * y_.nodes() * (slice ? 1 : z_.nodes());
  for (std::size_t axis = 0; axis < (slice ? 2 : 3); ++axis) {
    const double amplitude = alpha_px * patch.voxels_of_x(axis) / reduction;
    auto& component = components_.emplace_back(nodes);
    for (float& v : component) v = static_cast<float>(random.normal(0, amplitude));
  }
}

std::vector<float> Displacement::plane(int z) const {
  const std::size_t nodes = x_.nodes() * y_.nodes(), at = static_cast<std::size_t>(z);
  std::vector<float> all;
  for (const auto& component : components_) {
    if (component.size() == nodes) {  // a slice
      all.insert(all.end(), component.begin(), component.end());
      continue;
    }
    const float* near = component.data() + z_.first[at] * nodes;
    for (std::size_t n = 0; n < nodes; ++n) {
      float sum = 0;
      for (std::size_t k = 0; k < 4; ++k) sum += z_.weight[k][at] * near[k * nodes + n];
      all.push_back(sum);
    }
  }
  return all;
}

void Displacement::row(const std::vector<float>& plane, std::size_t c, int y,
                       std::vector<float>& line) const {
  const auto at = static_cast<std::size_t>(y);
  const float* near = plane.data() + (c * y_.nodes() + y_.first[at]) * x_.nodes();
  line.assign(x_.nodes(), 0.0f);
  for (std::size_t k = 0; k < 4; ++k)
    for (std::size_t n = 0; n < line.size(); ++n)
      line[n] += y_.weight[k][at] * near[k * line.size() + n];
}

void Displacement::add_line(const std::vector<float>& line, std::span<float> out) const {
  // Between two nodes the four values stay: a loop that vector instructions can do.
  for (std::size_t i = 0; i < out.size();) {
    const std::size_t node = x_.first[i];
    const float a = line[node], b = line[node + 1], c = line[node + 2], d = line[node + 3];
    const float *wa = x_.weight[0].data(), *wb = x_.weight[1].data(), *wc = x_.weight[2].data(),
                *wd = x_.weight[3].data();
    const std::size_t end = static_cast<std::size_t>(
        std::upper_bound(x_.first.begin() + static_cast<std::ptrdiff_t>(i), x_.first.end(), node) -
        x_.first.begin());
    for (; i < end; ++i) out[i] += wa[i] * a + wb[i] * b + wc[i] * c + wd[i] * d;
  }
}

void Displacement::add(const std::vector<float>& plane, int y, const Points& points) const {
  const std::array<std::span<float>, 3> axes{points.x, points.y, points.z};
  std::vector<float> line;
  for (std::size_t c = 0; c < components_.size(); ++c) {
    row(plane, c, y, line);
    add_line(line, axes[c]);
  }
}

}  // namespace myoseg
