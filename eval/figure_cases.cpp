#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "data/image_io.h"
#include "eval/figures.h"
#include "eval/overlay.h"

namespace myoseg {
namespace {

constexpr int kPanelWidth = 480;
constexpr int kGap = 10;

CasePicture picture(const Shown& shown, const ReportInput::CaseFiles& files,
                    const std::filesystem::path& folder) {
  const Image scan = read_image(files.scan);
  const LabelMap truth = read_label_map(files.truth), prediction = read_label_map(files.prediction);
  for (const LabelMap* map : {&truth, &prediction})
    if (const std::string found = difference(map->geometry, scan.geometry); !found.empty())
      throw data_error("The label map and the scan lie on different grids ({}).", found);
  CasePicture result;
  result.shown = shown;
  result.slice = fullest_slice(truth);
  const Window window = body_window(scan, result.slice);
  const auto panel = [&](const LabelMap* labels) {
    return render_slice(scan, labels, result.slice, window, kPanelWidth);
  };
  const Picture all = side_by_side({panel(nullptr), panel(&truth), panel(&prediction)}, kGap);
  std::set<std::uint8_t> seen;
  for (const LabelMap* map : {&truth, &prediction}) {
    const auto first = map->voxels.begin() + result.slice * map->slice_voxels();
    seen.insert(first, first + map->slice_voxels());
  }
  seen.erase(0);
  result.labels.assign(seen.begin(), seen.end());
  std::string rank = shown.rank;
  std::transform(rank.begin(), rank.end(), rank.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  result.png = folder / ("case_" + rank + ".png");
  write_png(result.png, all.width, all.height, all.rgb);
  return result;
}

}  // namespace

std::vector<CasePicture> case_pictures(const ReportInput& input, const std::vector<Shown>& shown,
                                       const std::filesystem::path& folder) {
  std::vector<CasePicture> pictures;
  for (const Shown& one : shown) {
    const auto files = input.files.find(one.row.case_id);
    if (files == input.files.end()) continue;
    // A report of scores whose images have moved is still a report.
    try {
      pictures.push_back(picture(one, files->second, folder));
    } catch (const Error& error) {
      log::warn("The report shows no picture of case {}: {}", one.row.case_id, error.what());
    }
  }
  return pictures;
}

}  // namespace myoseg
