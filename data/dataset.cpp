#include "data/dataset.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/names.h"
#include "core/table.h"
#include "data/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

Json read_json(const fs::path& file) {
  try {
    Json json = Json::parse(read_file(file));
    if (!json.is_object()) throw data_error("{}: should be a JSON object with channel_names, labels and file_ending", file.string());
    return json;
  } catch (const Json::parse_error& error) {
    const std::string what = error.what();
    throw data_error("{}: is no valid JSON: {}", file.string(), what.substr(what.find("parse error")));
  }
}

// "0": 0 or "background": 0, whichever side is the number.
Label label_of(const std::string& key, const Json& value, const fs::path& file) {
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number >= 0 && number <= 255) return {key, static_cast<std::uint8_t>(number)};
    throw data_error("{}: label '{}' has the value {}; values are 0 to 255", file.string(), key, number);
  }
  if (value.is_string() && !key.empty() && key.size() <= 3 && key.find_first_not_of("0123456789") == std::string::npos) {
    const int number = std::stoi(key);
    if (number <= 255) return {value.get<std::string>(), static_cast<std::uint8_t>(number)};
  }
  throw data_error("{}: label '{}' is {}; a label is \"name\": number (region lists of nnU-Net are not supported; use data.regions)",
                   file.string(), key, value.dump());
}

std::vector<std::string> channel_names(const Json& json, const fs::path& file) {
  const char* key = json.contains("channel_names") ? "channel_names" : "modality";
  if (!json.contains(key) || !json.at(key).is_object() || json.at(key).empty())
    throw data_error("{}: has no channel_names, for example {{\"0\": \"CT\"}}", file.string());
  std::vector<std::string> names;
  for (const auto& [number, name] : json.at(key).items()) names.push_back(name.is_string() ? name.get<std::string>() : name.dump());
  return names;
}

// The one file of that stem in the folder, in the data set's own format or any other that can be read.
std::optional<fs::path> find_image(const fs::path& folder, const std::string& stem, const std::string& ending) {
  for (const std::string& candidate : {ending, std::string(".nii.gz"), std::string(".nii"), std::string(".seg.nrrd"), std::string(".nrrd"),
                                       std::string(".mha"), std::string(".mhd")})
    if (fs::exists(folder / (stem + candidate))) return folder / (stem + candidate);
  return std::nullopt;
}

// Ids of the cases in a folder of images: what stands before the channel's number.
std::vector<std::string> case_ids(const fs::path& folder) {
  std::set<std::string> ids;
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (!is_image_name(entry.path()) || entry.path().filename().string().starts_with(".")) continue;
      const std::string stem = image_stem(entry.path());
      const bool numbered = stem.size() > 5 && stem[stem.size() - 5] == '_' &&
                            stem.find_first_not_of("0123456789", stem.size() - 4) == std::string::npos;
      ids.insert(numbered ? stem.substr(0, stem.size() - 5) : stem);
    }
  return {ids.begin(), ids.end()};
}

std::vector<Case> cases_in(const fs::path& images, const fs::path& labels, const Dataset& dataset, bool labels_needed) {
  std::vector<Case> cases;
  for (const std::string& id : case_ids(images)) {
    Case item;
    item.id = item.patient = id;
    for (std::size_t c = 0; c < dataset.channels.size(); ++c) {
      auto file = find_image(images, fmt::format("{}_{:04}", id, c), dataset.file_ending);
      if (!file && dataset.channels.size() == 1) file = find_image(images, id, dataset.file_ending);  // the Decathlon's names
      if (!file)
        throw data_error("case {}: channel {} ({}) is missing: there is no {}", id, c, dataset.channels[c],
                         (images / fmt::format("{}_{:04}{}", id, c, dataset.file_ending)).string());
      item.images.push_back(*file);
    }
    if (const auto label = find_image(labels, id, dataset.file_ending)) item.label = *label;
    else if (labels_needed)
      throw data_error("case {}: has an image but no label {}", id, (labels / (id + dataset.file_ending)).string());
    cases.push_back(std::move(item));
  }
  return cases;
}

std::optional<fs::path> attribute_table(const DataOptions& options) {
  if (!options.table.empty()) return fs::path(options.table).is_absolute() ? fs::path(options.table) : options.root / options.table;
  for (const char* name : {"cases.csv", "groups.csv"})
    if (fs::exists(options.root / name)) return options.root / name;
  return std::nullopt;
}

void add_attributes(Dataset& dataset, const fs::path& file, const std::string& patient_column) {
  const Table table = read_csv(file);
  const std::size_t id_column = table.column("case");
  std::map<std::string, std::size_t> row_of;
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    if (!row_of.emplace(table.rows[row][id_column], row).second)
      throw data_error("{}: case {} stands in two rows", file.string(), table.rows[row][id_column]);
  for (auto* cases : {&dataset.cases, &dataset.test})
    for (Case& item : *cases) {
      const auto row = row_of.find(item.id);
      if (row == row_of.end()) continue;
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (c != id_column) item.attributes[table.columns[c]] = table.rows[row->second][c];
      const auto patient = item.attributes.find(patient_column);
      if (patient != item.attributes.end() && !patient->second.empty()) item.patient = patient->second;
    }
}

void keep_first_patients(std::vector<Case>& cases, int count) {
  std::set<std::string> patients;
  for (const Case& item : cases) patients.insert(item.patient);
  if (static_cast<std::size_t>(count) >= patients.size()) return;
  const std::set<std::string> kept(patients.begin(), std::next(patients.begin(), count));
  std::erase_if(cases, [&](const Case& item) { return !kept.contains(item.patient); });
}

}  // namespace

void describe(Fields& f, RegionOptions& o) {
  f("name", o.name, kAny.must_be_given(), "Name of the union.");
  f("labels", o.labels, "Labels it is made of; empty: every foreground label.");
}

void describe(Fields& f, DataOptions& o) {
  f("root", o.root, "Folder of the data set (dataset.json, imagesTr, labelsTr); empty: the virtual cohort.");
  f("table", o.table, "CSV of attributes with a column 'case'; empty: cases.csv or groups.csv when there.");
  f("patient_column", o.patient_column, "Its column that names the patient; a patient's cases stay in one fold.");
  f("regions", o.regions, "Unions of labels that are scored beside the labels.");
  f("slices", o.slices, one_of({"all", "labelled"}), "labelled: only slices with foreground are trained on and scored.");
  f("max_patients", o.max_patients, at_least(0), "Use the first n patients only, for quick trials; 0: all.");
}

const Case& Dataset::find(std::string_view id) const {
  for (const auto* some : {&cases, &test})
    for (const Case& item : *some)
      if (item.id == id) return item;
  throw data_error("{}: has no case {}", root.string(), id);
}

LabelSet read_labels(const fs::path& dataset_json) {
  const Json json = read_json(dataset_json);
  if (!json.contains("labels") || !json.at("labels").is_object())
    throw data_error("{}: has no labels, for example {{\"background\": 0, \"muscle\": 1}}", dataset_json.string());
  LabelSet set;
  for (const auto& [key, value] : json.at("labels").items()) set.labels.push_back(label_of(key, value, dataset_json));
  std::stable_sort(set.labels.begin(), set.labels.end(), [](const Label& a, const Label& b) { return a.value < b.value; });
  for (std::size_t i = 0; i < set.labels.size(); ++i)
    if (set.labels[i].value != i)
      throw data_error("{}: label values should be 0 to {} without gaps, but '{}' is {} where {} is expected", dataset_json.string(),
                       set.labels.size() - 1, set.labels[i].name, set.labels[i].value, i);
  if (set.labels.size() < 2) throw data_error("{}: needs background and at least one label", dataset_json.string());
  return set;
}

std::vector<Region> regions_of(const LabelSet& labels, const std::vector<RegionOptions>& unions) {
  std::vector<Region> regions;
  std::vector<std::string> names;
  std::vector<std::uint8_t> foreground;
  for (const Label& label : labels.labels) {
    names.push_back(label.name);
    if (label.value == 0) continue;
    regions.push_back({label.name, {label.value}});
    foreground.push_back(label.value);
  }
  for (const RegionOptions& options : unions) {
    Region region{options.name, {}};
    for (const std::string& name : options.labels) {
      const Label* label = labels.find(name);
      if (label == nullptr)
        throw usage_error("data.regions: region '{}' is made of '{}', which is no label of the data set{}; its labels are {}", options.name,
                          name, did_you_mean(name, names), join(names));
      region.values.push_back(label->value);
    }
    if (region.values.empty()) region.values = foreground;
    regions.push_back(std::move(region));
  }
  return regions;
}

Dataset load_dataset(const DataOptions& options) {
  if (options.root.empty()) throw usage_error("data.root is empty; name the folder of the data set: data.root=FOLDER");
  if (!fs::is_directory(options.root)) throw data_error("data.root={}: there is no such folder", options.root.string());
  const fs::path file = options.root / "dataset.json";
  if (!fs::exists(file))
    throw data_error("data.root={}: has no dataset.json; README.md shows the layout that is expected", options.root.string());
  const Json json = read_json(file);
  Dataset dataset;
  dataset.root = options.root;
  const auto name = json.find("name");
  dataset.name = name != json.end() && name->is_string() ? name->get<std::string>() : fs::canonical(options.root).filename().string();
  dataset.labels = read_labels(file);
  dataset.regions = regions_of(dataset.labels, options.regions);
  dataset.channels = channel_names(json, file);
  const auto ending = json.find("file_ending");
  dataset.file_ending = ending != json.end() && ending->is_string() ? ending->get<std::string>() : ".nii.gz";
  if (!is_image_name("x" + dataset.file_ending))
    throw data_error("{}: file_ending {} is no image format that can be read", file.string(), dataset.file_ending);
  dataset.cases = cases_in(options.root / "imagesTr", options.root / "labelsTr", dataset, true);
  if (dataset.cases.empty()) throw data_error("{}: holds no image", (options.root / "imagesTr").string());
  dataset.test = cases_in(options.root / "imagesTs", options.root / "labelsTs", dataset, false);
  if (const auto table = attribute_table(options)) add_attributes(dataset, *table, options.patient_column);
  if (options.max_patients > 0) keep_first_patients(dataset.cases, options.max_patients);
  return dataset;
}

}  // namespace myoseg
