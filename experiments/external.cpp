#include "experiments/external.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/names.h"
#include "core/parallel.h"
#include "data/dataset.h"
#include "data/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::map<std::string, fs::path> images_by_name(const fs::path& folder, const char* option) {
  if (!fs::is_directory(folder))
    throw data_error("{}={}: there is no such folder", option, folder.string());
  std::map<std::string, fs::path> images;
  for (const fs::path& file : sorted_entries(folder))
    if (is_image_name(file)) images.emplace(image_stem(file), file);
  if (images.empty()) throw data_error("{}={}: holds no image file", option, folder.string());
  return images;
}

std::vector<Scan> scans_of_files(const std::vector<fs::path>& files, std::size_t channels) {
  // A folder in nnU-Net's form ends every name in a channel; otherwise "_0012" may be a patient's
  // number.
  const bool numbered = std::all_of(files.begin(), files.end(), [](const fs::path& file) {
    return split_channel(image_stem(file)).second.has_value();
  });
  std::map<std::string, std::map<std::size_t, fs::path>> found;
  for (const fs::path& file : files) {
    const auto [name, channel] = split_channel(image_stem(file));
    if (numbered)
      found[name][*channel] = file;
    else
      found[image_stem(file)][0] = file;
  }
  std::vector<Scan> scans;
  for (const auto& [name, by_channel] : found) {
    Scan scan{name, {}};
    for (std::size_t c = 0; c < channels; ++c) {
      if (!by_channel.contains(c))
        throw data_error("{}: has no channel {}; the networks need {} (files ending in _{:04})",
                         name, c, channels, c);
      scan.files.push_back(by_channel.at(c));
    }
    scans.push_back(std::move(scan));
  }
  return scans;
}

LabelSet numbered_labels(const ExternalMasks& masks) {
  std::set<int> values;
  for (const ExternalMasks::Item& item : masks.cases)
    for (const std::uint8_t value : read_label_map(item.label).voxels) values.insert(value);
  LabelSet set;
  set.labels.push_back({"background", 0});
  for (int value = 1; !values.empty() && value <= *values.rbegin(); ++value)
    set.labels.push_back({fmt::format("label_{}", value), static_cast<std::uint8_t>(value)});
  return set;
}

}  // namespace

std::vector<Scan> find_scans(const fs::path& input, int channels) {
  if (!fs::exists(input))
    throw data_error("input={}: there is no such file or folder", input.string());
  if (!fs::is_directory(input)) {
    if (!is_image_name(input))
      throw data_error("input={}: is no image format that can be read", input.string());
    return scans_of_files({input}, static_cast<std::size_t>(channels));
  }
  std::vector<fs::path> files, folders;
  for (const fs::path& entry : sorted_entries(input)) {
    if (fs::is_directory(entry))
      folders.push_back(entry);
    else if (is_image_name(entry))
      files.push_back(entry);
  }
  if (!files.empty()) return scans_of_files(files, static_cast<std::size_t>(channels));
  if (channels != 1)
    throw data_error(
        "input={}: the networks need {} channels; give files ending in _0000, _0001 ...",
        input.string(), channels);
  if (folders.empty())
    return {{input.filename().empty() ? input.parent_path().filename().string()
                                      : input.filename().string(),
             {input}}};
  std::vector<Scan> scans;
  for (const fs::path& folder : folders) scans.push_back({folder.filename().string(), {folder}});
  return scans;
}

ExternalMasks find_masks(const fs::path& predictions, const fs::path& labels,
                         const fs::path& images, const fs::path& dataset_json) {
  const auto predicted = images_by_name(predictions, "predictions");
  const auto truths = images_by_name(labels, "labels");
  std::map<std::string, fs::path> scans;
  if (!images.empty())
    for (const auto& [stem, file] : images_by_name(images, "images")) {
      scans.emplace(stem, file);
      if (stem.ends_with("_0000")) scans.emplace(stem.substr(0, stem.size() - 5), file);
    }
  ExternalMasks masks;
  std::vector<std::string> missing;
  for (const auto& [name, file] : truths) {
    if (!predicted.contains(name))
      missing.push_back(name);
    else
      masks.cases.push_back(
          {name, predicted.at(name), file, scans.contains(name) ? scans.at(name) : fs::path()});
  }
  if (!missing.empty())
    throw data_error("predictions={}: has no file for {} of {} labels: {}", predictions.string(),
                     missing.size(), truths.size(), join(missing));
  for (const auto& [name, file] : predicted)
    if (!truths.contains(name))
      log::warn("{}: has no label in {} and is left out", file.string(), labels.string());

  const fs::path beside = labels.lexically_normal().parent_path() / "dataset.json";
  if (!dataset_json.empty())
    masks.labels = read_labels(dataset_json);
  else if (fs::exists(beside))
    masks.labels = read_labels(beside);
  else
    masks.labels = numbered_labels(masks);
  masks.regions = regions_of(masks.labels, {});
  return masks;
}

std::vector<Score> score_masks(const ExternalMasks& masks, const ScoreOptions& options) {
  std::vector<std::vector<Score>> of_case(masks.cases.size());
  parallel_for(masks.cases.size(), [&](std::size_t i) {
    const ExternalMasks::Item& item = masks.cases[i];
    try {
      of_case[i] = score_case(read_label_map(item.prediction), read_label_map(item.label),
                              masks.regions, options);
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("case {}: {}", item.name, error.what()));
    }
    for (Score& score : of_case[i]) {
      score.run = "external";
      score.case_id = item.name;
      score.stage = "final";
    }
  });
  std::vector<Score> scores;
  for (auto& some : of_case) scores.insert(scores.end(), some.begin(), some.end());
  return scores;
}

Table empty_quantities() {
  Table table;
  table.columns = {"scan",         "region",  "volume_ml", "mean_area_cm2",
                   "max_area_cm2", "mean_hu", "sd_hu",     "slices"};
  return table;
}

void add_quantities(Table& table, const std::string& scan,
                    const std::vector<Quantity>& quantities) {
  for (const Quantity& q : quantities)
    table.rows.push_back({scan, q.region, format_number(q.volume_ml),
                          format_number(q.mean_area_cm2), format_number(q.max_area_cm2),
                          format_number(q.mean_hu), format_number(q.sd_hu),
                          std::to_string(q.slices)});
}

}  // namespace myoseg
