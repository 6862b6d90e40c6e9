#include "eval/draw/coronal.h"

#include <algorithm>
#include <vector>

namespace myoseg {
namespace {

template <class T>
Volume<T> plane_of(const Volume<T>& volume, std::int64_t y) {
  const Geometry& from = volume.geometry;
  Geometry g;
  g.size = {from.size[0], from.size[2], 1};
  g.spacing = {from.spacing[0], from.spacing[2], from.spacing[1]};
  // Rows of a picture run downwards; z runs towards the head unless its axis is turned.
  g.direction[0] = from.direction[0];
  g.direction[4] = -from.direction[8];
  Volume<T> plane(g, 1);
  for (std::int64_t z = 0; z < from.size[2]; ++z)
    std::copy_n(volume.voxels.begin() + static_cast<std::ptrdiff_t>(volume.index(0, y, z)),
                from.size[0],
                plane.voxels.begin() + static_cast<std::ptrdiff_t>(plane.index(0, z, 0)));
  return plane;
}

}  // namespace

Image coronal_slice(const Image& volume, std::int64_t y) { return plane_of(volume, y); }
LabelMap coronal_slice(const LabelMap& volume, std::int64_t y) { return plane_of(volume, y); }

std::int64_t fullest_coronal(const LabelMap& map) {
  const auto& size = map.geometry.size;
  std::vector<std::int64_t> labelled(static_cast<std::size_t>(size[1]), 0);
  for (std::int64_t z = 0; z < size[2]; ++z)
    for (std::int64_t y = 0; y < size[1]; ++y) {
      const auto first = map.voxels.begin() + static_cast<std::ptrdiff_t>(map.index(0, y, z));
      labelled[static_cast<std::size_t>(y)] += size[0] - std::count(first, first + size[0], 0);
    }
  const auto most = std::max_element(labelled.begin(), labelled.end());
  return *most == 0 ? size[1] / 2 : most - labelled.begin();
}

}  // namespace myoseg
