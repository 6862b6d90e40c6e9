// Pictures of single cases; kept, so that a report made where the scans are not can show them
// again.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/io/image_io.h"
#include "eval/draw/overlay.h"
#include "eval/report/figures.h"

namespace myoseg {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
namespace {

constexpr int kPanelWidth = 480;
constexpr int kSmallPanelWidth = 300;
constexpr int kGap = 10;

// Of a kept picture: the image and what the page says about it.
fs::path image_file(const fs::path& kept) { return fs::path(kept) += ".png"; }
fs::path about_file(const fs::path& kept) { return fs::path(kept) += ".json"; }
fs::path small_file(const fs::path& kept) {
  return kept.parent_path() / "small" / kept.filename().concat(".png");
}

// Fewer shades, which nobody sees in a small picture, make a much smaller file.
Picture coarse(Picture picture) {
  for (std::uint8_t& c : picture.rgb) c = c >= 248 ? 255 : static_cast<std::uint8_t>(c & 0xf0);
  return picture;
}

LabelMap read_truth(const ReportInput::CaseFiles& files) {
  LabelMap truth = read_label_map(files.truth);
  merge_labels(truth.voxels, files.merge, files.truth.string());
  return truth;
}

void draw(const ReportInput::CaseFiles& files, const fs::path& kept, CasePicture& result) {
  const Image scan = read_image(files.scan);
  const LabelMap truth = read_truth(files), prediction = read_label_map(files.prediction);
  const std::array<const LabelMap*, 2> maps{&truth, &prediction};
  for (const LabelMap* map : maps)
    if (const std::string found = difference(map->geometry, scan.geometry); !found.empty())
      throw data_error("The label map and the scan lie on different grids ({}).", found);
  result.slice = fullest_slice(truth);
  const Window window = body_window(scan, result.slice);
  const auto panel = [&](const LabelMap* labels, int width = kPanelWidth) {
    return render_slice(scan, labels, result.slice, window, width);
  };
  const Picture all = side_by_side({panel(nullptr), panel(&truth), panel(&prediction)}, kGap);
  const Picture small = coarse(
      side_by_side({panel(&truth, kSmallPanelWidth), panel(&prediction, kSmallPanelWidth)}, kGap));
  std::set<std::uint8_t> seen;
  for (const LabelMap* map : maps) {
    const auto first = map->voxels.begin() + result.slice * map->slice_voxels();
    seen.insert(first, first + map->slice_voxels());
  }
  seen.erase(0);
  result.labels.assign(seen.begin(), seen.end());
  write_png(image_file(kept), all.width, all.height, all.rgb);
  write_png(small_file(kept), small.width, small.height, small.rgb);
  write_file(about_file(kept),
             json_text({{"slice", result.slice}, {"labels", result.labels}}) + "\n");
}

// False when an earlier report kept none, or what it kept is damaged.
bool take_kept(const fs::path& kept, CasePicture& result) {
  for (const fs::path& file : {image_file(kept), small_file(kept), about_file(kept)})
    if (!fs::exists(file)) return false;
  const Json about = parse_json_or_null(read_file(about_file(kept)));
  try {
    result.slice = about.at("slice").get<std::int64_t>();
    result.labels = about.at("labels").get<std::vector<std::uint8_t>>();
  } catch (const Json::exception&) {
    return false;
  }
  return true;
}

}  // namespace

std::vector<CasePicture> case_pictures(const ReportInput& input, const std::vector<Shown>& shown,
                                       const fs::path& folder) {
  std::vector<CasePicture> pictures(shown.size());
  parallel_for(shown.size(), [&](std::size_t i) {
    CasePicture& picture = pictures[i];
    picture.shown = shown[i];
    picture.missing = input.no_files;
    const fs::path kept = folder / "cases" / file_word(shown[i].row.case_id);
    if (const auto files = input.files.find(shown[i].row.case_id); files != input.files.end()) {
      try {
        draw(files->second, kept, picture);
        picture.missing.clear();
      } catch (const Error& error) {
        picture.missing = error.what();
      }
    } else if (picture.missing.empty()) {
      return;
    }
    // A report of scores whose images have moved is still a report.
    if (picture.missing.empty() || take_kept(kept, picture)) {
      picture.missing.clear();
      picture.png = image_file(kept);
      picture.small = small_file(kept);
    }
  });
  // Nobody asked for a picture of a case that has no files.
  std::erase_if(pictures, [](const CasePicture& p) { return p.png.empty() && p.missing.empty(); });
  for (CasePicture& picture : pictures) {
    if (!picture.missing.empty()) {
      if (picture.missing != input.no_files)
        log::warn("The report shows no picture of case {}: {}", picture.shown.row.case_id,
                  picture.missing);
    } else if (std::string rank = picture.shown.rank; !rank.empty()) {
      std::transform(rank.begin(), rank.end(), rank.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      const fs::path ranked = folder / ("case_" + rank + ".png");
      write_file(ranked, read_file(picture.png));
      picture.png = ranked;
    }
  }
  return pictures;
}

}  // namespace myoseg
