#include "data/project/table.h"

#include <algorithm>
#include <vector>

#include "data/connected_parts.h"
#include "data/prepare/orientation.h"
#include "data/project/radiograph_grid.h"

namespace myoseg {
namespace {

constexpr float kDense = -400;          // HU; fat and skin are above, foam and blankets below
constexpr std::int64_t kOtherPart = 3;  // one over the least share of the largest part

using Mask = std::vector<std::uint8_t>;

template <class T>
Mask large_parts(const Volume<T>& scan) {
  const auto nx = scan.geometry.size[0];
  const ConnectedParts parts(scan.geometry.size, [&](std::int64_t x, std::int64_t row) {
    return static_cast<float>(scan.voxels[static_cast<std::size_t>(row * nx + x)]) > kDense;
  });
  Mask body(scan.voxels.size(), 0);
  if (parts.runs().empty()) return body;
  const auto largest = *std::max_element(parts.voxels().begin(), parts.voxels().end());
  for (const auto& run : parts.runs())
    if (parts.voxels()[run.part] * kOtherPart >= largest)
      std::fill_n(body.begin() + run.row * nx + run.begin, run.end - run.begin, std::uint8_t{1});
  return body;
}

// What a plane's body encloses: the parts of the rest that do not reach the plane's edge.
void fill_holes(Mask& body, const Turned& turned, std::int64_t z) {
  const std::array<std::int64_t, 3> size{turned.geometry.size[0], turned.geometry.size[1], 1};
  const auto voxel = [&](std::int64_t x, std::int64_t y) -> std::uint8_t& {
    return body[static_cast<std::size_t>(turned.start + x * turned.step[0] + y * turned.step[1] +
                                         z * turned.step[2])];
  };
  const ConnectedParts rest(size, [&](std::int64_t x, std::int64_t y) { return voxel(x, y) == 0; });
  std::vector<bool> outside(rest.voxels().size(), false);
  for (const auto& run : rest.runs())
    if (run.begin == 0 || run.end == size[0] || run.row == 0 || run.row == size[1] - 1)
      outside[run.part] = true;
  for (const auto& run : rest.runs())
    for (std::int64_t x = run.begin; x < run.end && !outside[run.part]; ++x) voxel(x, run.row) = 1;
}

template <class T>
void remove(Volume<T>& scan) {
  Mask body = large_parts(scan);
  const Turned axial = turned(scan.geometry, "LPS");
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t z = 0; z < axial.geometry.size[2]; ++z) fill_holes(body, axial, z);
  for (std::size_t i = 0; i < body.size(); ++i)
    if (body[i] == 0) scan.voxels[i] = static_cast<T>(kAirHu);
}

}  // namespace

void remove_table(Image& scan) { remove(scan); }
void remove_table(Volume<std::int16_t>& scan) { remove(scan); }

}  // namespace myoseg
