// A scan prepared plane by plane, for whoever does not need all of it at once.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "data/prepare/sampling.h"
#include "data/stored_image.h"
#include "data/volume.h"

namespace myoseg {

// Value of the network's input = offset + scale * (0..1 window value)^gamma, or + scale * HU within
// the window.
struct Intensity {
  double low, high, gamma;
  double offset = 0, scale = 1;

  [[nodiscard]] double windowed(double hu) const;
  [[nodiscard]] float operator()(double hu) const {
    return static_cast<float>(offset + scale * windowed(hu));
  }
};

class ScanSampler {
 public:
  // Error(bad_data) when a voxel is not finite.
  ScanSampler(StoredImage scan, const PreprocessOptions& options);

  [[nodiscard]] const Sampling& sampling() const { return sampling_; }
  [[nodiscard]] int channels() const { return static_cast<int>(scan_.channels.size()); }
  // Of each channel what lies beyond the scan: the window's low end.
  [[nodiscard]] std::vector<float> air() const;
  // Planes [first, first + count) of the prepared grid as [channels, count, Y, X]; in parallel.
  // Keeps no memory of a scan that is mapped.
  void sample(std::int64_t first, std::int64_t count, std::span<float> out) const;

 private:
  class Planes;  // of one channel, in plane resampled, a few at a time

  [[nodiscard]] std::array<double, 2> window_of(int channel, const PreprocessOptions& o) const;
  [[nodiscard]] Intensity intensity_of(int channel, const PreprocessOptions& options) const;
  // Calls work(x, hu) with the kept voxels of a row of a turned plane.
  template <class Work>
  void for_row(int channel, std::int64_t y, std::int64_t z, const Work& work) const;
  void sample_plane(std::int64_t view_z, Planes& planes, std::span<float> out) const;

  StoredImage scan_;
  Sampling sampling_;
  std::array<Axis, 3> axes_;  // of the part of each view that lies on the scan
  std::vector<Intensity> intensities_;
};

// The kept voxels of a view that its own voxels are made of.
[[nodiscard]] Axis axis_of(const AxisView& view, Interpolation method);

// The label map on the grid of `sampling`, of a map on its native grid. In parallel.
[[nodiscard]] LabelMap sample_labels(const LabelMap& map, const Sampling& sampling,
                                     Resampling resampling);

}  // namespace myoseg
