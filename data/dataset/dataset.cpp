#include "data/dataset/dataset.h"

#include <algorithm>
#include <optional>
#include <set>

#include "core/error.h"
#include "data/dataset/cases.h"
#include "data/dataset/json.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

void keep_first_patients(Dataset& dataset, int count) {
  std::set<std::string> patients;
  for (const Case& item : dataset.cases) patients.insert(item.patient);
  if (static_cast<std::size_t>(count) >= patients.size()) return;
  const std::set<std::string> kept(patients.begin(), std::next(patients.begin(), count));
  for (const Case& item : dataset.cases)
    if (!kept.contains(item.patient)) dataset.left_out.push_back(item.id);
  std::erase_if(dataset.cases, [&](const Case& item) { return !kept.contains(item.patient); });
}

void check_count(const DatasetJson& json, const Dataset& dataset, std::vector<Finding>& findings) {
  const auto fatal = [](const Finding& finding) { return finding.fatal; };
  if (json.training_count &&
      *json.training_count != static_cast<std::int64_t>(dataset.cases.size()) &&
      std::none_of(findings.begin(), findings.end(), fatal))
    findings.push_back({false, "dataset.json",
                        fmt::format("says numTraining {} but imagesTr holds {} cases",
                                    *json.training_count, dataset.cases.size())});
  std::set<std::string> names;
  for (const Case& item : dataset.cases) names.insert(item.id);
  for (const Case& item : dataset.test)
    if (names.contains(item.id))
      findings.push_back(
          {true, item.id, "is the name of a case in imagesTr and of another in imagesTs"});
}

}  // namespace

void describe(Fields& f, DataOptions& o) {
  f("root", o.root, kAny.without_effect().in_hashes_as(Node("")),
    "Folder of the data set (dataset.json, imagesTr, labelsTr); empty: the virtual cohort.");
  f("table", o.table, kAny.deciding(Decides::content).in_hashes_as(Node("")),
    "CSV of attributes with a column 'case'; empty: cases.csv or groups.csv when there.");
  f("patient_column", o.patient_column,
    "Its column that names the patient; a patient's cases stay in one fold. Empty: each case is a "
    "patient of its own.");
  f("merge", o.merge,
    "Labels that become one, such as {name: extensor, labels: [sartorius, rectus_femoris]}; the "
    "others become background. Empty: as in dataset.json.");
  f("regions", o.regions, "Unions of labels that are scored beside the labels.");
  f("slices", o.slices, "labelled: only slices with foreground are trained on and scored.");
  f("max_patients", o.max_patients, at_least(0),
    "Use the first n patients only, for quick trials; 0: all.");
  f("projection", o.projection, kAny.added_with(Node()),
    "Scans and labels are projected first, and a case is its radiograph; null: they are not.");
}

std::optional<fs::path> attribute_table(const DataOptions& options) {
  if (!options.table.empty())
    return fs::path(options.table).is_absolute() ? fs::path(options.table)
                                                 : options.root / options.table;
  for (const char* name : {"cases.csv", "groups.csv"})
    if (fs::exists(options.root / name)) return options.root / name;
  return std::nullopt;
}

const Case& Dataset::find(std::string_view id) const {
  for (const auto* some : {&cases, &test})
    for (const Case& item : *some)
      if (item.id == id) return item;
  throw data_error("{}: has no case {}", root.string(), id);
}

void require_dataset_folder(const fs::path& root) {
  if (root.empty())
    throw usage_error("data.root is empty; name the folder of the data set: data.root=FOLDER");
  if (!fs::is_directory(root))
    throw data_error("data.root={}: there is no such folder", root.string());
  if (!fs::exists(root / "dataset.json"))
    throw data_error("data.root={}: has no dataset.json, so it is no data set in nnU-Net's layout",
                     root.string());
}

Dataset load_dataset(const DataOptions& options) {
  std::vector<Finding> findings;
  Dataset dataset = load_dataset(options, findings);
  refuse_unusable(dataset, findings);
  return dataset;
}

void refuse_unusable(const Dataset& dataset, const std::vector<Finding>& findings) {
  refuse_fatal(findings, dataset.root.string());
  if (dataset.cases.empty())
    throw data_error("{}: holds no image", (dataset.root / "imagesTr").string());
}

Dataset load_dataset(const DataOptions& options, std::vector<Finding>& findings) {
  require_dataset_folder(options.root);
  const DatasetJson json = read_dataset_json(options.root / "dataset.json");
  Dataset dataset;
  dataset.root = options.root;
  dataset.name = json.name.empty() ? fs::canonical(options.root).filename().string() : json.name;
  auto [labels, merge] = merged_labels(json.labels, options.merge);
  dataset.labels = std::move(labels);
  // Merged labels have other names than the unions that dataset.json makes of its own.
  std::vector<RegionOptions> unions = options.merge.empty() ? json.regions : options.regions;
  if (options.merge.empty())
    unions.insert(unions.end(), options.regions.begin(), options.regions.end());
  dataset.regions = regions_of(dataset.labels, unions);
  dataset.channels = json.channels;
  dataset.file_ending = json.file_ending;
  dataset.cases = find_cases({options.root, "imagesTr", "labelsTr", true}, json.channels,
                             json.file_ending, json.training, findings);
  dataset.test = find_cases({options.root, "imagesTs", "labelsTs", false}, json.channels,
                            json.file_ending, std::nullopt, findings);
  check_count(json, dataset, findings);
  for (auto* cases : {&dataset.cases, &dataset.test})
    for (Case& item : *cases) item.merge = merge;
  if (const auto table = attribute_table(options); table && !dataset.cases.empty())
    add_attributes(dataset, *table, options.patient_column, findings);
  if (options.max_patients > 0) keep_first_patients(dataset, options.max_patients);
  return dataset;
}

std::string cases_text(std::size_t cases, std::size_t patients, const std::string& grouping) {
  return fmt::format("{} cases of {} patients, {}", cases, patients,
                     grouping.empty() ? "each case a patient of its own" : "by " + grouping);
}

std::string cases_text(const Dataset& dataset) {
  std::set<std::string> patients;
  for (const Case& item : dataset.cases) patients.insert(item.patient);
  return cases_text(dataset.cases.size(), patients.size(), dataset.grouping);
}

}  // namespace myoseg
