#include "eval/quantities.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace myoseg {
namespace {

// Count, mean and sum of squared deviations of HU values, exact to rounding for offsets of any size
// (Welford 1962).
struct Moments {
  std::int64_t n = 0;
  double mean = 0, squares = 0;

  void add(double value) {
    ++n;
    const double step = value - mean;
    mean += step / static_cast<double>(n);
    squares += step * (value - mean);
  }
  // Chan, Golub & LeVeque 1983.
  void add(const Moments& other) {
    if (other.n == 0) return;
    const double a = static_cast<double>(n), b = static_cast<double>(other.n);
    const double step = other.mean - mean;
    mean += step * b / (a + b);
    squares += other.squares + step * step * a * b / (a + b);
    n += other.n;
  }
};

}  // namespace

std::vector<Quantity> measure(const Image& scan, const LabelMap& map,
                              const std::vector<Region>& regions) {
  if (const std::string found = difference(scan.geometry, map.geometry); !found.empty())
    throw data_error(
        "The scan and the label map lie on different grids (scan against map: {}); measure a map "
        "on its "
        "scan's own grid.",
        found);
  const std::int64_t slices = map.geometry.size[2];
  const std::int64_t in_slice = map.slice_voxels();
  // One pass over the voxels, by slice and label value; regions are sums of these.
  std::vector<std::array<Moments, 256>> by_label(static_cast<std::size_t>(slices));
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t z = 0; z < slices; ++z)
    for (std::int64_t i = z * in_slice; i < (z + 1) * in_slice; ++i)
      if (const std::uint8_t value = map.voxels[static_cast<std::size_t>(i)]; value != 0)
        by_label[static_cast<std::size_t>(z)][value].add(scan.voxels[static_cast<std::size_t>(i)]);

  const auto& spacing = map.geometry.spacing;
  const double pixel_cm2 = spacing[0] * spacing[1] / 100;
  std::vector<Quantity> quantities;
  for (const Region& region : regions) {
    Quantity q;
    q.region = region.name;
    Moments whole;
    for (const auto& slice : by_label) {
      Moments part;
      for (const std::uint8_t value : region.values) part.add(slice[value]);
      if (part.n == 0) continue;
      ++q.slices;
      q.max_area_cm2 = std::max(q.max_area_cm2, pixel_cm2 * static_cast<double>(part.n));
      whole.add(part);
    }
    const double n = static_cast<double>(whole.n);
    q.volume_ml = n * map.geometry.voxel_mm3() / 1000;
    if (q.slices > 0) q.mean_area_cm2 = n * pixel_cm2 / q.slices;
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    q.mean_hu = whole.n > 0 ? whole.mean : kNaN;
    q.sd_hu = whole.n > 1 ? std::sqrt(whole.squares / (n - 1)) : kNaN;
    quantities.push_back(q);
  }
  return quantities;
}

}  // namespace myoseg
