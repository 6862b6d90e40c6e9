// A smooth random displacement of the voxels of a patch.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/random.h"
#include "data/augment/interpolate.h"
#include "data/augment/patch.h"

namespace myoseg {

// Normal deviates on a coarse grid under a uniform cubic B-spline whose kernel is as wide as a
// Gaussian of `sigma_px`; the standard deviation of each component is `alpha_px`. Both are in
// voxels of x, and as long in mm along y and z. In a slice nothing moves along z.
class Displacement {
 public:
  Displacement(Random& random, const PatchView& patch, double sigma_px, double alpha_px);

  // The nodes' values [component, nodes y, nodes x] at plane z, which add() takes.
  [[nodiscard]] std::vector<float> plane(int z) const;
  // Adds the displacement of row y of that plane to the points.
  void add(const std::vector<float>& plane, int y, const Points& points) const;

 private:
  // The spline along one axis: at voxel i, the weights of nodes first[i] .. first[i] + 3.
  struct Axis {
    Axis(int size, double voxels_a_node);
    [[nodiscard]] std::size_t nodes() const { return first.back() + weight.size(); }
    std::vector<std::size_t> first;
    std::array<std::vector<float>, 4> weight;
  };
  // The values of component `c` at row y: one a node of x.
  void row(const std::vector<float>& plane, std::size_t c, int y, std::vector<float>& line) const;
  void add_line(const std::vector<float>& line, std::span<float> out) const;

  Axis x_, y_, z_;
  std::vector<std::vector<float>> components_;  // x, y and in volumes z: [nodes z, y, x], voxels
};

}  // namespace myoseg
