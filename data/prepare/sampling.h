// Where the voxels of a network's input lie in a scan: one AxisView an axis, shared by the ways to
// the network and back.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "data/prepare/orientation.h"
#include "data/prepare/preprocess_options.h"
#include "data/prepare/resample.h"
#include "data/stored_image.h"

namespace myoseg {

// How one axis goes from the scan to the network: of its voxels [cut, cut + n) are kept; they
// become `resampled` ones, `step` scan voxels apart, of which [start, start + size) is the
// network's view. The kept voxel `pivot` becomes the resampled voxel `resampled_pivot`.
struct AxisView {
  std::int64_t cut = 0, n = 0, resampled = 0, start = 0, size = 0;
  double step = 1;
  double pivot = 0, resampled_pivot = 0;

  // The part of the view that lies on the scan.
  [[nodiscard]] std::int64_t begin() const { return std::max<std::int64_t>(0, -start); }
  [[nodiscard]] std::int64_t end() const { return std::min(size, resampled - start); }
  // In kept voxels.
  [[nodiscard]] double to_scan(double view) const {
    return (view + static_cast<double>(start) - resampled_pivot) * step + pivot;
  }
  [[nodiscard]] double to_view(double scan) const {
    return (scan - pivot) / step + resampled_pivot - static_cast<double>(start);
  }
};

// The voxels above `threshold` in any channel; the whole grid when there is none. (MONAI's
// CropForeground, which gives an empty volume then.)
[[nodiscard]] Box foreground_box(const StoredImage& image, float threshold);

// First voxel of a centred window of `size` on an axis of n voxels; negative when the window is
// larger (MONAI's CenterSpatialCrop and SpatialPad).
[[nodiscard]] std::int64_t centred_start(std::int64_t n, std::int64_t size);

// From a scan's grid to the network's: the scan's axes turned, then each sampled along its view.
struct Sampling {
  Geometry native;  // of the scan
  Turned turned;
  std::array<AxisView, 3> views;  // x, y, z of the turned grid

  [[nodiscard]] Geometry prepared() const;
};
// `kept`: the box of the scan, in its stored axes, that crop=foreground leaves.
[[nodiscard]] Sampling sampling_of(const Geometry& native, const PreprocessOptions& options,
                                   const Box& kept);
// Error(bad_usage) for crop=foreground, which needs the scan itself.
[[nodiscard]] Sampling sampling_of(const Geometry& native, const PreprocessOptions& options);
[[nodiscard]] Sampling sampling_of(const StoredImage& scan, const PreprocessOptions& options);

}  // namespace myoseg
