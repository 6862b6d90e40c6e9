#include "eval/measure/quantities.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/parallel.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

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

// One label value in one slice.
struct SliceTally {
  Moments all;
  std::vector<Moments> parts;  // by range
  bool at_border = false;

  void add(const SliceTally& other) {
    all.add(other.all);
    if (parts.size() < other.parts.size()) parts.resize(other.parts.size());
    for (std::size_t i = 0; i < other.parts.size(); ++i) parts[i].add(other.parts[i]);
    at_border = at_border || other.at_border;
  }
};
using Slice = std::array<SliceTally, 256>;  // by label value

// `voxels`, `hu_of`: of the scan, see StoredChannel::visit().
template <class Stored, class HuOf>
Slice tally_slice(const Stored* voxels, const HuOf& hu_of, const LabelMap& map, std::int64_t z,
                  const std::vector<HuRange>& ranges) {
  Slice slice;
  const auto& size = map.geometry.size;
  for (std::int64_t y = 0; y < size[1]; ++y)
    for (std::int64_t x = 0; x < size[0]; ++x) {
      const std::size_t i = map.index(x, y, z);
      const std::uint8_t value = map.voxels[i];
      if (value == 0) continue;
      SliceTally& tally = slice[value];
      const double hu = hu_of(voxels[i]), whole_hu = std::round(hu);
      tally.all.add(hu);
      tally.parts.resize(ranges.size());
      for (std::size_t r = 0; r < ranges.size(); ++r)
        if (whole_hu >= ranges[r].low && whole_hu <= ranges[r].high) tally.parts[r].add(hu);
      if (x == 0 || y == 0 || x == size[0] - 1 || y == size[1] - 1) tally.at_border = true;
    }
  return slice;
}

double area_at_l3(const Quantity& q, const Body& body) {
  if (!body.l3_slice) return 0;
  return *body.l3_slice == Body::kEverySlice
             ? q.mean_area_cm2
             : q.slice_area_cm2[static_cast<std::size_t>(*body.l3_slice)];
}

Quantity quantity(const Region& region, const std::vector<Slice>& slices, const Geometry& geometry,
                  const QuantityOptions& options, const Body& body) {
  // Without a pixel size what is counted has no area: NaN.
  const bool known = geometry.has_pixel_size();
  const double pixel_cm2 = known ? geometry.spacing[0] * geometry.spacing[1] / 100 : kNaN;
  Quantity q;
  q.max_area_cm2 = 0 * pixel_cm2;
  q.region = region.name;
  SliceTally whole;
  whole.parts.resize(options.ranges.size());
  for (const Slice& slice : slices) {
    SliceTally part;
    for (const std::uint8_t value : region.values) part.add(slice[value]);
    const double area = pixel_cm2 * static_cast<double>(part.all.n);
    q.slice_area_cm2.push_back(area);
    q.slices += part.all.n > 0 ? 1 : 0;
    q.max_area_cm2 = std::max(q.max_area_cm2, area);  // NaN stays NaN
    whole.add(part);
  }
  const double n = static_cast<double>(whole.all.n);
  const double voxel_ml = known ? geometry.voxel_mm3() / 1000 : kNaN;
  q.volume_ml = n * voxel_ml;
  q.mean_area_cm2 = n * pixel_cm2 / std::max(1, q.slices);
  q.mean_hu = whole.all.n > 0 ? whole.all.mean : kNaN;
  q.sd_hu = whole.all.n > 1 ? std::sqrt(whole.all.squares / (n - 1)) : kNaN;
  for (std::size_t r = 0; r < options.ranges.size(); ++r) {
    const Moments& part = whole.parts[r];
    const double count = static_cast<double>(part.n);
    q.parts.push_back(
        {options.ranges[r].name, count * voxel_ml, count / n, part.n > 0 ? part.mean : kNaN});
  }
  const double l3_cm2 = area_at_l3(q, body);
  q.smi_cm2_m2 = body.height_m && l3_cm2 > 0 ? l3_cm2 / (*body.height_m * *body.height_m) : kNaN;
  q.truncated = whole.at_border;
  q.cut_at_ends =
      slices.size() > 1 && (q.slice_area_cm2.front() > 0 || q.slice_area_cm2.back() > 0);
  return q;
}

}  // namespace

void describe(Fields& f, HuRange& o) {
  f("name", o.name, kAny.must_be_given(), "What the range is called in tables.");
  f("low", o.low, kAny.must_be_given().in("HU"), "Lowest value, included.");
  f("high", o.high, kAny.must_be_given().in("HU"), "Highest value, included.");
  f.require(o.low <= o.high, "low must not be above high");
}

void describe(Fields& f, QuantityOptions& o) {
  f("ranges", o.ranges, "Ranges of HU whose share of each region is measured.");
}

std::vector<Quantity> measure(const StoredImage& scan, const LabelMap& map,
                              const std::vector<Region>& regions, const QuantityOptions& options,
                              const Body& body) {
  if (const std::string found = difference(scan.geometry, map.geometry); !found.empty())
    throw data_error(
        "The scan and the label map lie on different grids (scan against map: {}); measure a map "
        "on its scan's own grid.",
        found);
  const std::int64_t n = map.geometry.size[2];
  if (body.l3_slice && (*body.l3_slice < Body::kEverySlice || *body.l3_slice >= n))
    throw data_error("The L3 slice should be one of the map's slices 0 to {} but is {}.", n - 1,
                     *body.l3_slice);
  // One pass over the voxels, by slice and label value; regions are sums of these.
  std::vector<Slice> slices(static_cast<std::size_t>(n));
  scan.channels.front().visit([&](const auto* voxels, const auto& hu_of) {
    parallel_for(slices.size(), [&](std::size_t z) {
      slices[z] = tally_slice(voxels, hu_of, map, static_cast<std::int64_t>(z), options.ranges);
    });
  });
  // A mask drawn on a scan may be stored without a pixel size, or with one that the scan never had.
  const bool both = scan.geometry.has_pixel_size() && map.geometry.has_pixel_size();
  const Geometry& grid = both ? map.geometry : scan.geometry;
  std::vector<Quantity> quantities;
  for (const Region& region : regions)
    quantities.push_back(quantity(region, slices, grid, options, body));
  return quantities;
}

}  // namespace myoseg
