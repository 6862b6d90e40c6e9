#include "eval/report/case_views.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/error.h"
#include "eval/draw/coronal.h"
#include "eval/draw/surface_view.h"

namespace myoseg {
namespace {

constexpr int kPanelWidth = 480;
constexpr int kSmallPanelWidth = 300;
constexpr int kGap = 10;

using Maps = std::array<const LabelMap*, 2>;  // truth, prediction

// One view, large and small.
struct Row {
  Picture large, small;
};

using Greys = std::array<double, 2>;  // black and white

Greys greys_of(const Image& scan, const ReportOptions& options) {
  if (options.window_hu) return *options.window_hu;
  const auto [least, largest] = std::minmax_element(scan.voxels.begin(), scan.voxels.end());
  return {*least, *largest > *least ? *largest : *least + 1};
}

Row plane_row(const Image& scan, const Maps& maps, std::int64_t z, const Greys& greys) {
  const Window window = body_window(scan, z);
  const auto panel = [&](const LabelMap* labels, int width) {
    return render_slice(scan, labels, z, window, width, greys[0], greys[1]);
  };
  return {side_by_side({panel(nullptr, kPanelWidth), panel(maps[0], kPanelWidth),
                        panel(maps[1], kPanelWidth)},
                       kGap),
          side_by_side({panel(maps[0], kSmallPanelWidth), panel(maps[1], kSmallPanelWidth)}, kGap)};
}

Row surface_row(const Maps& maps) {
  const Window window = front_window({maps[0], maps[1]});
  Row row;
  const auto panels = [&](int width) {
    return std::vector{render_surface(*maps[0], window, width),
                       render_surface(*maps[1], window, width)};
  };
  row.small = side_by_side(panels(kSmallPanelWidth), kGap);
  std::vector<Picture> large = panels(kPanelWidth);
  // A scan has no surface of its own; truth and prediction keep their places.
  Picture blank = large.front();
  std::fill(blank.rgb.begin(), blank.rgb.end(), 255);
  large.insert(large.begin(), std::move(blank));
  row.large = side_by_side(large, kGap);
  return row;
}

void add_labels(std::set<std::uint8_t>& seen, const LabelMap& map, std::int64_t z) {
  const auto first = map.voxels.begin() + z * map.slice_voxels();
  seen.insert(first, first + map.slice_voxels());
}

// Fewer shades, which nobody sees in a small picture, make a much smaller file.
Picture coarse(Picture picture) {
  for (std::uint8_t& c : picture.rgb) c = c >= 248 ? 255 : static_cast<std::uint8_t>(c & 0xf0);
  return picture;
}

}  // namespace

CaseViews case_views(const Image& scan, const LabelMap& truth, const LabelMap& prediction,
                     const ReportOptions& options) {
  const Maps maps{&truth, &prediction};
  for (const LabelMap* map : maps)
    if (const std::string found = difference(map->geometry, scan.geometry); !found.empty())
      throw data_error("The label map and the scan lie on different grids ({}).", found);
  CaseViews result;
  result.slice = fullest_slice(truth);
  result.coronal = fullest_coronal(truth);
  const Greys greys = greys_of(scan, options);
  std::set<std::uint8_t> seen;
  std::vector<Picture> large, small;
  for (const View view : options.views) {
    Row row;
    if (view == View::surface) {
      row = surface_row(maps);
      for (const LabelMap* map : maps) seen.insert(map->voxels.begin(), map->voxels.end());
    } else if (view == View::axial) {
      row = plane_row(scan, maps, result.slice, greys);
      for (const LabelMap* map : maps) add_labels(seen, *map, result.slice);
    } else {
      const LabelMap true_plane = coronal_slice(truth, result.coronal),
                     predicted_plane = coronal_slice(prediction, result.coronal);
      row =
          plane_row(coronal_slice(scan, result.coronal), {&true_plane, &predicted_plane}, 0, greys);
      for (const LabelMap* map : {&true_plane, &predicted_plane}) add_labels(seen, *map, 0);
    }
    large.push_back(std::move(row.large));
    small.push_back(std::move(row.small));
  }
  seen.erase(0);
  result.labels.assign(seen.begin(), seen.end());
  result.large = stacked(large, kGap);
  result.small = coarse(stacked(small, kGap));
  return result;
}

}  // namespace myoseg
