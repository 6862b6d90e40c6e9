#include "data/dataset/json.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "data/dataset/dataset.h"
#include "data/io/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kIgnore = "ignore";  // nnU-Net's name of voxels that are left out

Json parse(const fs::path& file) {
  Json json = parse_json(read_file(file), file.string());
  if (json.is_object()) return json;
  throw data_error("{}: should be a JSON object with channel_names, labels and file_ending",
                   file.string());
}

std::optional<int> small_number(const std::string& text) {
  if (text.empty() || text.size() > 3 || text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return std::stoi(text);
}

// "muscle": 2 or "2": "muscle", whichever side is the number.
Label label_of(const std::string& key, const Json& value, const fs::path& file) {
  const bool old_form = value.is_string() && small_number(key);
  const std::string name = old_form ? value.get<std::string>() : key;
  if (!old_form && !value.is_number_integer())
    throw data_error("{}: label '{}' is {}; a label is \"name\": number", file.string(), key,
                     json_text(value));
  // As a double, which no whole number wraps around in on its way to the check.
  const double number = old_form ? *small_number(key) : value.get<double>();
  if (number < 0 || number > 255)
    throw data_error("{}: label '{}' has the value {}; values are 0 to 255", file.string(), name,
                     old_form ? key : json_text(value));
  if (name.empty())
    throw data_error("{}: the label of value {} has no name", file.string(), number);
  return {name, static_cast<std::uint8_t>(number)};
}

bool is_background(const std::string& name) {
  constexpr std::string_view kName = "background";
  return std::equal(name.begin(), name.end(), kName.begin(), kName.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  });
}

// 0 is what nobody labelled, in every file and program; `set` is sorted by value.
void check_background(const LabelSet& set, const fs::path& file) {
  for (const Label& label : set.labels) {
    if (is_background(label.name) == (label.value == 0)) continue;
    throw data_error(
        "{}: label '{}' has the value {}; 0 is the background, called 'background', and nothing "
        "else: correct the list of labels",
        file.string(), label.name, label.value);
  }
  if (set.labels.front().value != 0)
    throw data_error("{}: no label has the value 0; add \"background\": 0", file.string());
}

// nnU-Net's regions: lists of values, which may overlap.
using ValueLists = std::vector<std::pair<std::string, std::vector<std::uint8_t>>>;

// A list of one value is a plain label.
void take_list(const std::string& name, const Json& list, const fs::path& file, LabelSet& set,
               ValueLists& lists) {
  if (name == kIgnore)
    throw data_error("{}: label '{}' is {}; voxels that are left out have one value", file.string(),
                     kIgnore, json_text(list));
  std::vector<std::uint8_t> values;
  for (const Json& value : list) values.push_back(label_of(name, value, file).value);
  if (values.empty() || std::find(values.begin(), values.end(), 0) != values.end())
    throw data_error("{}: label '{}' is {}; a region is a list of label values without 0",
                     file.string(), name, json_text(list));
  if (values.size() == 1)
    set.labels.push_back({name, values.front()});
  else
    lists.emplace_back(name, std::move(values));
}

// Values that stand in lists alone are labels by the name of their number.
std::vector<RegionOptions> regions_of_lists(const ValueLists& lists, LabelSet& set) {
  std::vector<RegionOptions> regions;
  for (const auto& [name, values] : lists) {
    RegionOptions region{name, {}};
    for (const std::uint8_t value : values) {
      const auto known = std::find_if(set.labels.begin(), set.labels.end(),
                                      [value](const Label& l) { return l.value == value; });
      const std::string label =
          known != set.labels.end() ? known->name : fmt::format("value_{}", value);
      if (known == set.labels.end()) set.labels.push_back({label, value});
      region.labels.push_back(label);
    }
    regions.push_back(std::move(region));
  }
  return regions;
}

// nnU-Net's voxels that are left out are no label; `set` is sorted by value.
void take_ignored(LabelSet& set, const fs::path& file) {
  const Label* ignored = set.find(kIgnore);
  if (ignored == nullptr) return;
  if (ignored->value != set.labels.back().value)
    throw data_error(
        "{}: label '{}' has the value {}, but '{}' has {}; the voxels that are left out have the "
        "highest value",
        file.string(), kIgnore, ignored->value, set.labels.back().name, set.labels.back().value);
  set.ignored = ignored->value;
  set.labels.pop_back();
}

// By value, each once, background first; there may be gaps.
LabelSet labels_of(const Json& json, const fs::path& file,
                   std::vector<RegionOptions>* regions = nullptr) {
  const auto found = json.find("labels");
  if (found == json.end() || !found->is_object())
    throw data_error("{}: has no labels, for example {{\"background\": 0, \"muscle\": 1}}",
                     file.string());
  LabelSet set;
  ValueLists lists;
  for (const auto& [key, value] : found->items()) {
    if (value.is_array()) {
      take_list(key, value, file, set, lists);
      continue;
    }
    const Label label = label_of(key, value, file);
    if (set.find(label.name) != nullptr)
      throw data_error("{}: two labels have the name '{}'", file.string(), label.name);
    set.labels.push_back(label);
  }
  auto unions = regions_of_lists(lists, set);
  if (regions != nullptr) *regions = std::move(unions);
  std::stable_sort(set.labels.begin(), set.labels.end(),
                   [](const Label& a, const Label& b) { return a.value < b.value; });
  for (std::size_t i = 1; i < set.labels.size(); ++i)
    if (set.labels[i].value == set.labels[i - 1].value)
      throw data_error("{}: '{}' and '{}' both have the value {}; give each label its own",
                       file.string(), set.labels[i - 1].name, set.labels[i].name,
                       set.labels[i].value);
  take_ignored(set, file);
  if (set.labels.size() < 2)
    throw data_error("{}: needs background and at least one label", file.string());
  check_background(set, file);
  return set;
}

// Networks have a channel for each value from 0 on.
void refuse_gaps(const LabelSet& set, const fs::path& file) {
  for (std::size_t i = 0; i < set.labels.size(); ++i)
    if (set.labels[i].value != i)
      throw data_error(
          "{}: label values should be 0 to {} without gaps to be trained on, but '{}' is {} where "
          "{} is expected; renumber the labels and the voxels of the label maps",
          file.string(), set.labels.size() - 1, set.labels[i].name, set.labels[i].value, i);
  if (set.ignored && *set.ignored != set.labels.size())
    throw data_error(
        "{}: label values should be without gaps to be trained on, but '{}' is {} where {} is "
        "expected; renumber the labels and the voxels of the label maps",
        file.string(), kIgnore, *set.ignored, set.labels.size());
}

std::vector<std::string> channels_of(const Json& json, const fs::path& file) {
  const char* key = json.contains("channel_names") ? "channel_names" : "modality";
  if (!json.contains(key) || !json.at(key).is_object() || json.at(key).empty())
    throw data_error("{}: has no channel_names, for example {{\"0\": \"CT\"}}", file.string());
  std::map<int, std::string> by_number;
  for (const auto& [number, name] : json.at(key).items()) {
    if (!small_number(number) || !name.is_string())
      throw data_error("{}: {} should be like {{\"0\": \"CT\", \"1\": \"MR\"}}, not {}: {}",
                       file.string(), key, number, json_text(name));
    by_number[*small_number(number)] = name.get<std::string>();
  }
  std::vector<std::string> names;
  for (const auto& [number, name] : by_number) {
    if (number != static_cast<int>(names.size()))
      throw data_error("{}: {} should count from 0 without gaps, but {} is missing", file.string(),
                       key, names.size());
    names.push_back(name);
  }
  return names;
}

// Ids of `"training": [{"image": "./imagesTr/la_003.nii.gz", "label": ...}, ...]`.
std::vector<std::string> training_of(const Json& list, const fs::path& file) {
  std::vector<std::string> ids;
  for (const Json& entry : list) {
    const bool object = entry.is_object() && entry.contains("image");
    const Json& image = object ? entry.at("image") : entry;
    if (!image.is_string())
      throw data_error("{}: its list 'training' should name an image per case, not {}",
                       file.string(), json_text(entry));
    ids.push_back(image_stem(image.get<std::string>()));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

LabelSet read_labels(const fs::path& dataset_json) {
  const Json json = parse(dataset_json);
  // A file of the labels alone needs no key above them.
  const bool alone = json.is_object() && !json.contains("labels");
  return labels_of(alone ? Json{{"labels", json}} : json, dataset_json);
}

DatasetJson read_dataset_json(const fs::path& file) {
  const Json json = parse(file);
  DatasetJson out;
  out.labels = labels_of(json, file, &out.regions);
  refuse_gaps(out.labels, file);
  out.channels = channels_of(json, file);
  if (const auto name = json.find("name"); name != json.end() && name->is_string())
    out.name = name->get<std::string>();
  if (const auto ending = json.find("file_ending"); ending != json.end() && ending->is_string())
    out.file_ending = ending->get<std::string>();
  if (!is_image_name("x" + out.file_ending))
    throw data_error("{}: file_ending {} is no image format that can be read", file.string(),
                     out.file_ending);
  if (const auto n = json.find("numTraining"); n != json.end() && n->is_number_integer())
    out.training_count = n->get<std::int64_t>();
  if (const auto list = json.find("training");
      list != json.end() && list->is_array() && !list->empty())
    out.training = training_of(*list, file);
  return out;
}

}  // namespace myoseg
