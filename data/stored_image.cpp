#include "data/stored_image.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace myoseg {
namespace {

struct NotFinite {
  std::int64_t count = 0, first = 0;
};

// Whole numbers are always finite.
template <class T>
NotFinite not_finite_in(const T* voxels, const Geometry& grid) {
  NotFinite found;
  if constexpr (std::is_floating_point_v<T>) {
    const auto bad = [](T v) { return !std::isfinite(v); };
    const std::int64_t plane = grid.size[0] * grid.size[1];
    std::int64_t count = 0;
#pragma omp parallel for schedule(static) reduction(+ : count)
    for (std::int64_t z = 0; z < grid.size[2]; ++z)
      count += std::count_if(voxels + z * plane, voxels + (z + 1) * plane, bad);
    found.count = count;
    if (count > 0) found.first = std::find_if(voxels, voxels + grid.voxels(), bad) - voxels;
  }
  return found;
}

}  // namespace

StoredImage::StoredImage(const Image& image) : geometry(image.geometry) {
  for (int c = 0; c < image.channels; ++c)
    channels.push_back({.voxels = image.voxels.data() + c * geometry.voxels(), .owner = nullptr});
}

void StoredImage::release() const {
  for (const StoredChannel& channel : channels)
    if (channel.mapped != nullptr) channel.mapped->release();
}

std::string not_finite(const StoredImage& image) {
  NotFinite all;
  for (const StoredChannel& channel : image.channels)
    channel.visit([&](const auto* voxels, const auto&) {
      const NotFinite found = not_finite_in(voxels, image.geometry);
      if (all.count == 0) all.first = found.first;
      all.count += found.count;
    });
  if (all.count == 0) return "";
  return fmt::format("{} voxels that are no finite number, the first at {}", all.count,
                     voxel_text(image.geometry, static_cast<std::size_t>(all.first)));
}

}  // namespace myoseg
