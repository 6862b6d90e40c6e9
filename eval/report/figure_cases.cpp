// Pictures of single cases; kept, so that a report made where the scans are not can show them
// again.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/io/image_io.h"
#include "eval/report/case_views.h"
#include "eval/report/figures.h"

namespace myoseg {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
namespace {

// Of a kept picture: the image and what the page says about it.
fs::path image_file(const fs::path& kept) { return fs::path(kept) += ".png"; }
fs::path about_file(const fs::path& kept) { return fs::path(kept) += ".json"; }
fs::path small_file(const fs::path& kept) {
  return kept.parent_path() / "small" / kept.filename().concat(".png");
}

LabelMap read_truth(const ReportInput::CaseFiles& files) {
  LabelMap truth = read_label_map(files.truth);
  merge_labels(truth.voxels, files.merge, files.truth.string());
  return truth;
}

// As texts, which a JSON file has.
std::vector<std::string> names_of(const std::vector<View>& views) {
  std::vector<std::string> names;
  for (const View view : views) names.emplace_back(name_of(view));
  return names;
}

void draw(const ReportInput::CaseFiles& files, const ReportOptions& options, const fs::path& kept,
          CasePicture& result) {
  const CaseViews drawn = case_views(read_image(files.scan), read_truth(files),
                                     read_label_map(files.prediction), options);
  result.slice = drawn.slice;
  result.coronal = drawn.coronal;
  result.views = options.views;
  result.labels = drawn.labels;
  write_png(image_file(kept), drawn.large.width, drawn.large.height, drawn.large.rgb);
  write_png(small_file(kept), drawn.small.width, drawn.small.height, drawn.small.rgb);
  write_file(about_file(kept), json_text({{"slice", drawn.slice},
                                          {"coronal", drawn.coronal},
                                          {"views", names_of(options.views)},
                                          {"labels", drawn.labels}}) +
                                   "\n");
}

// False when an earlier report kept none, or what it kept is damaged.
bool take_kept(const fs::path& kept, CasePicture& result) {
  for (const fs::path& file : {image_file(kept), small_file(kept), about_file(kept)})
    if (!fs::exists(file)) return false;
  const Json about = parse_json_or_null(read_file(about_file(kept)));
  try {
    result.slice = about.at("slice").get<std::int64_t>();
    result.labels = about.at("labels").get<std::vector<std::uint8_t>>();
    result.views = {View::axial};  // all that earlier reports had
    if (about.contains("views")) {
      result.coronal = about.at("coronal").get<std::int64_t>();
      result.views.clear();
      for (const auto& name : about.at("views").get<std::vector<std::string>>())
        if (const auto view = choice_of<View>(name)) result.views.push_back(*view);
    }
  } catch (const Json::exception&) {
    return false;
  }
  return true;
}

}  // namespace

std::vector<CasePicture> case_pictures(const ReportInput& input, const ReportOptions& options,
                                       const std::vector<Shown>& shown, const fs::path& folder) {
  std::vector<CasePicture> pictures(shown.size());
  parallel_for(shown.size(), [&](std::size_t i) {
    CasePicture& picture = pictures[i];
    picture.shown = shown[i];
    picture.missing = input.no_files;
    const fs::path kept = folder / "cases" / file_word(shown[i].row.case_id);
    if (const auto files = input.files.find(shown[i].row.case_id); files != input.files.end()) {
      try {
        draw(files->second, options, kept, picture);
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
