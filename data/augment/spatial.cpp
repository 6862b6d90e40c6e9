#include "data/augment/spatial.h"

#include <cmath>
#include <vector>

#include "core/simd.h"
#include "data/augment/intensity.h"

namespace myoseg {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

// About x, then y, then z.
Matrix rotation(const std::array<double, 3>& angle) {
  const double cx = std::cos(angle[0]), sx = std::sin(angle[0]);
  const double cy = std::cos(angle[1]), sy = std::sin(angle[1]);
  const double cz = std::cos(angle[2]), sz = std::sin(angle[2]);
  return {{{cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx},
           {sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx},
           {-sy, cy * sx, cy * cx}}};
}

// One coordinate of a row's points: `step` a voxel of x, `across` for y and `along` for z.
struct RowOf {
  [[gnu::always_inline]] void operator()(double step, double across, double along, double offset,
                                         float* __restrict out, int n) const {
    for (int i = 0; i < n; ++i) out[i] = static_cast<float>(step * i + across + along + offset);
  }
};

// The bordered copies of a patch that a warp reads.
struct Source {
  std::vector<Bordered<float>> image;  // a channel each
  Bordered<std::uint8_t> label;

  explicit Source(const PatchView& p) : label(p.label, p.depth, p.height, p.width, 0) {
    for (int c = 0; c < p.channels; ++c) {
      const std::span<const float> values = p.channel(c);
      image.emplace_back(values, p.depth, p.height, p.width, extent_of(values).low);
    }
  }
};

}  // namespace

VoxelMap map_of(const Motion& motion, const PatchView& patch) {
  const Matrix turn = rotation(motion.angle);
  const std::array<int, 3> size{patch.width, patch.height, patch.depth};
  VoxelMap map;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto middle = [&](std::size_t axis) { return (size[axis] - 1) / 2.0; };
    map.offset[a] = middle(a);
    for (std::size_t b = 0; b < 3; ++b) {
      map.linear[a][b] = turn[a][b] / motion.scale * (patch.spacing[b] / patch.spacing[a]);
      map.offset[a] -= map.linear[a][b] * (middle(b) + motion.shift[b] * size[b]);
    }
  }
  return map;
}

void source_row(const VoxelMap& map, int y, int z, const Points& points) {
  const std::array<std::span<float>, 3> axes{points.x, points.y, points.z};
  for (std::size_t a = 0; a < 3; ++a) {
    const auto& row = map.linear[a];
    simd::run_exactly(RowOf{}, row[0], row[1] * y, row[2] * z, map.offset[a], axes[a].data(),
                      static_cast<int>(axes[a].size()));
  }
}

void warp(const PatchView& patch, const VoxelMap& map, const Displacement* displacement) {
  const Source source(patch);
  const auto width = static_cast<std::size_t>(patch.width);
  std::vector<float> x(width), y(width), z(patch.depth == 1 ? 0 : width), nodes;
  const Points points{x, y, z};
  for (int plane = 0; plane < patch.depth; ++plane) {
    if (displacement != nullptr) nodes = displacement->plane(plane);
    for (int row = 0; row < patch.height; ++row) {
      source_row(map, row, plane, points);
      if (displacement != nullptr) displacement->add(nodes, row, points);
      const std::size_t at = static_cast<std::size_t>(plane) * patch.plane_voxels() +
                             static_cast<std::size_t>(row) * width;
      for (int c = 0; c < patch.channels; ++c)
        sample_linear(source.image[static_cast<std::size_t>(c)], points,
                      patch.channel(c).subspan(at, width));
      sample_nearest(source.label, points, patch.label.subspan(at, width));
    }
  }
}

}  // namespace myoseg
