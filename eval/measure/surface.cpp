#include "eval/measure/surface.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "eval/measure/distance.h"
#include "eval/measure/surface_area.h"
#include "eval/statistics/precision.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Sorted, equal bins made one.
Distances tidied(Distances bins) {
  std::sort(bins.begin(), bins.end(), [](const DistanceBin& a, const DistanceBin& b) {
    return std::tie(a.mm, a.size) < std::tie(b.mm, b.size);
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (kept > 0 && bins[kept - 1].mm == bins[i].mm && bins[kept - 1].size == bins[i].size)
      bins[kept - 1].count += bins[i].count;
    else
      bins[kept++] = bins[i];
  }
  bins.resize(kept);
  return bins;
}

Distances voxels_to(const BitMask& from, const BitMask& to, const std::array<double, 3>& spacing) {
  Distances bins;
  if (!to.any()) {
    if (const std::int64_t n = from.count(); n > 0) bins.push_back({kInfinity, 1, n});
    return bins;
  }
  for_each_nearest(from, to, spacing, [&](const Found& found) {
    if (bins.empty() || bins.back().mm != found.mm) bins.push_back({found.mm, 1, 0});
    bins.back().count += std::popcount(found.bits);
  });
  return tidied(std::move(bins));
}

// `from` are the corners of `mask`.
Distances elements_to(const BitMask& from, const BitMask& to, const BitMask& mask,
                      const std::array<double, 3>& spacing, bool planar,
                      const std::vector<double>& sizes) {
  Distances bins;
  std::vector<std::int64_t> counts(sizes.size(), 0);  // of the distance at hand, by corner code
  std::vector<unsigned> codes;                        // that have a count
  double mm = kInfinity;
  const auto finish = [&] {
    for (const unsigned code : codes)
      bins.push_back({mm, sizes[code], std::exchange(counts[code], 0)});
    codes.clear();
  };
  const auto add = [&](const Found& found) {
    if (found.mm != mm) finish();
    mm = found.mm;
    const auto first = from.voxel(found.place);
    for (std::uint64_t bits = found.bits; bits != 0; bits &= bits - 1) {
      const unsigned code =
          corner_code(mask, first[0] + std::countr_zero(bits), first[1], first[2], planar);
      if (counts[code]++ == 0) codes.push_back(code);
    }
  };
  if (to.any()) {
    for_each_nearest(from, to, spacing, add);
  } else {
    for (std::int64_t z = 0; z < from.size()[2]; ++z)
      for (std::int64_t y = 0; y < from.size()[1]; ++y)
        for (std::int64_t i = from.row(y, z), end = i + from.words(); i < end; ++i)
          add({i, from.data()[i], kInfinity});
  }
  finish();
  return tidied(std::move(bins));
}

}  // namespace

SurfaceDistances voxel_distances(const BitMask& prediction, const BitMask& truth,
                                 const std::array<double, 3>& spacing, bool planar) {
  const BitMask p = border_voxels(prediction, planar), t = border_voxels(truth, planar);
  return {voxels_to(p, t, spacing), voxels_to(t, p, spacing)};
}

SurfaceDistances element_distances(const BitMask& prediction, const BitMask& truth,
                                   const std::array<double, 3>& spacing, bool planar) {
  std::vector<double> sizes;
  if (planar) {
    const auto lengths = contour_lengths(spacing);
    sizes.assign(lengths.begin(), lengths.end());
  } else {
    const auto areas = surface_areas(spacing);
    sizes.assign(areas.begin(), areas.end());
  }
  const BitMask p = surface_corners(prediction, planar), t = surface_corners(truth, planar);
  return {elements_to(p, t, prediction, spacing, planar, sizes),
          elements_to(t, p, truth, spacing, planar, sizes)};
}

Distances pooled(const SurfaceDistances& distances) {
  Distances all = distances.to_truth;
  all.insert(all.end(), distances.to_prediction.begin(), distances.to_prediction.end());
  return tidied(std::move(all));
}

double total_size(const Distances& distances) {
  double sum = 0;
  for (const DistanceBin& bin : distances) sum += bin.size * static_cast<double>(bin.count);
  return sum;
}

double mean_distance(const Distances& distances) {
  double sum = 0;
  for (const DistanceBin& bin : distances)
    sum += bin.mm * bin.size * static_cast<double>(bin.count);
  return sum / total_size(distances);  // 0/0 is NaN
}

double share_within(const Distances& distances, double mm) {
  double within = 0;
  for (const DistanceBin& bin : distances)
    if (bin.mm <= mm || statistics::tied(bin.mm, mm))
      within += bin.size * static_cast<double>(bin.count);
  return within / total_size(distances);
}

double distance_percentile(const Distances& distances, double percent) {
  std::int64_t n = 0;
  for (const DistanceBin& bin : distances) n += bin.count;
  if (n == 0) return kNaN;
  const double place = percent / 100 * static_cast<double>(n - 1);
  const auto below = static_cast<std::int64_t>(std::floor(place));
  const auto at = [&](std::int64_t index) {
    for (const DistanceBin& bin : distances) {
      if (index < bin.count) return bin.mm;
      index -= bin.count;
    }
    return distances.back().mm;
  };
  const double low = at(below), high = at(below + 1), part = place - static_cast<double>(below);
  return part == 0 || low == high ? low : low + part * (high - low);
}

double sized_percentile(const Distances& distances, double percent) {
  if (distances.empty()) return kNaN;
  const double total = total_size(distances);
  double sum = 0;
  for (const DistanceBin& bin : distances)
    // One by one, as the reference adds: a multiple may round to the other side of the limit.
    for (std::int64_t i = 0; i < bin.count; ++i) {
      sum += bin.size;
      if (sum / total >= percent / 100) return bin.mm;
    }
  return distances.back().mm;
}

}  // namespace myoseg
