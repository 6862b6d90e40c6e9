// Label maps on the network's grid.
#include <algorithm>

#include "data/prepare/scan_sampler.h"

namespace myoseg {
namespace {

// When shrinking, a label covers what the image's weights cover: the nearest voxel alone would
// shift edges by up to half a voxel (always, when the step is even).
Interpolation method_of(const AxisView& view, Resampling resampling) {
  return resampling == Resampling::smooth && view.step > 1 ? Interpolation::smooth
                                                           : Interpolation::nearest;
}

// The kept part of a plane of the turned map, row by row.
void copy_plane(const LabelMap& map, const Sampling& sampling, std::int64_t z,
                std::vector<std::uint8_t>& out) {
  const auto& [vx, vy, vz] = sampling.views;
  const Turned& turned = sampling.turned;
  const std::int64_t step = turned.step[0];
  out.resize(static_cast<std::size_t>(vx.n * vy.n));
  std::uint8_t* to = out.data();
  for (std::int64_t y = 0; y < vy.n; ++y) {
    const std::uint8_t* from = map.voxels.data() + turned.start + (z + vz.cut) * turned.step[2] +
                               (y + vy.cut) * turned.step[1] + vx.cut * step;
    if (step == 1)
      to = std::copy_n(from, vx.n, to);
    else
      for (std::int64_t x = 0; x < vx.n; ++x) *to++ = from[x * step];
  }
}

}  // namespace

LabelMap sample_labels(const LabelMap& map, const Sampling& sampling, Resampling resampling) {
  const auto& [vx, vy, vz] = sampling.views;
  const Axis x = axis_of(vx, method_of(vx, resampling)), y = axis_of(vy, method_of(vy, resampling)),
             z = axis_of(vz, method_of(vz, resampling));
  LabelMap out(sampling.prepared(), 1);
#pragma omp parallel for schedule(static)
  for (std::int64_t i = 0; i < z.output(); ++i) {
    const auto taps = static_cast<std::size_t>(z.width), at = static_cast<std::size_t>(i) * taps;
    std::vector<std::vector<std::uint8_t>> planes(taps);
    std::vector<const std::uint8_t*> in(taps);
    for (std::size_t k = 0; k < taps; ++k) {
      copy_plane(map, sampling, z.first[static_cast<std::size_t>(i)] + static_cast<std::int64_t>(k),
                 planes[k]);
      in[k] = planes[k].data();
    }
    std::vector<std::uint8_t> inside(static_cast<std::size_t>(x.output() * y.output()));
    resample_labels(in, std::span(z.weight).subspan(at, taps), x, y, inside);
    for (std::int64_t row = 0; row < y.output(); ++row)
      std::copy_n(inside.begin() + row * x.output(), x.output(),
                  &out.at(vx.begin(), vy.begin() + row, vz.begin() + i));
  }
  return out;
}

}  // namespace myoseg
