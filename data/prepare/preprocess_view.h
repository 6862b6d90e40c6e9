// The sampling of one in-plane axis, shared by the ways to the network and back.
#pragma once

#include <algorithm>
#include <cstdint>

#include "data/prepare/preprocess.h"

namespace myoseg {

// How one in-plane axis goes from the scan to the network: n voxels become `resampled` ones, `step`
// scan voxels apart and centred on the scan, of which [start, start + size) is the network's view.
struct View {
  std::int64_t n = 0, resampled = 0, start = 0, size = 0;
  double step = 1;

  // The part of the view that lies on the scan.
  [[nodiscard]] std::int64_t begin() const { return std::max<std::int64_t>(0, -start); }
  [[nodiscard]] std::int64_t end() const { return std::min(size, resampled - start); }
  [[nodiscard]] double to_scan(double view) const {
    return (view + static_cast<double>(start) - middle(resampled)) * step + middle(n);
  }
  [[nodiscard]] double to_view(double scan) const {
    return (scan - middle(n)) / step + middle(resampled) - static_cast<double>(start);
  }
  [[nodiscard]] static double middle(std::int64_t count) {
    return static_cast<double>(count - 1) / 2;
  }
};

// First voxel of a centred window of `size` on an axis of n voxels; negative when the window is
// larger (MONAI's CenterSpatialCrop and SpatialPad).
[[nodiscard]] std::int64_t centred_start(std::int64_t n, std::int64_t size);

[[nodiscard]] View view_of(const Geometry& g, std::size_t axis, const PreprocessOptions& o);

}  // namespace myoseg
