#include "data/dataset.h"

#include <optional>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/names.h"
#include "core/table.h"
#include "data/dataset_json.h"
#include "data/image_io.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// The one file or DICOM folder of that stem, in the data set's own format or any other.
std::optional<fs::path> find_image(const fs::path& folder, const std::string& stem,
                                   const std::string& ending) {
  for (const std::string& candidate :
       {ending, std::string(".nii.gz"), std::string(".nii"), std::string(".seg.nrrd"),
        std::string(".nrrd"), std::string(".mha"), std::string(".mhd"), std::string()})
    if (fs::exists(folder / (stem + candidate))) return folder / (stem + candidate);
  return std::nullopt;
}

// Ids of the cases in a folder of images: what stands before the channel's number.
std::vector<std::string> case_ids(const fs::path& folder) {
  std::set<std::string> ids;
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (!is_image_name(entry.path()) && !entry.is_directory()) continue;
      const std::string stem = image_stem(entry.path());
      if (stem.starts_with(".")) continue;  // an unfinished or hidden file
      ids.insert(split_channel(stem).first);
    }
  return {ids.begin(), ids.end()};
}

std::vector<fs::path> images_of(const std::string& id, const fs::path& folder,
                                const Dataset& dataset) {
  std::vector<fs::path> images;
  const std::size_t count = dataset.channels.size();
  for (std::size_t c = 0; c < count; ++c) {
    const std::string name = fmt::format("{}_{:04}", id, c);
    auto file = find_image(folder, name, dataset.file_ending);
    const auto unnumbered = find_image(folder, id, dataset.file_ending);
    if (!file && count == 1) file = unnumbered;  // the Decathlon's names
    if (!file && unnumbered)
      throw data_error(
          "case {}: {} stands for {} channels; a 4-D file is not read, split it into one "
          "file per channel ({}_0000{}, {}_0001{} ...)",
          id, unnumbered->string(), count, id, dataset.file_ending, id, dataset.file_ending);
    if (!file)
      throw data_error("case {}: channel {} ({}) is missing: there is no {}", id, c,
                       dataset.channels[c], (folder / (name + dataset.file_ending)).string());
    images.push_back(*file);
  }
  return images;
}

std::vector<Case> read_cases(const std::vector<std::string>& ids, const fs::path& images,
                             const fs::path& labels, const Dataset& dataset, bool labels_needed) {
  std::vector<Case> cases;
  for (const std::string& id : ids) {
    Case item;
    item.id = item.patient = id;
    item.images = images_of(id, images, dataset);
    const auto label = find_image(labels, id, dataset.file_ending);
    if (!label && labels_needed)
      throw data_error("case {}: has an image but no label {}", id,
                       (labels / (id + dataset.file_ending)).string());
    if (label) item.label = *label;
    cases.push_back(std::move(item));
  }
  return cases;
}

void add_attributes(Dataset& dataset, const fs::path& file, const std::string& patient_column) {
  const Table table = read_csv(file);
  const std::size_t id_column = table.column("case");
  const bool groups = table.find_column(patient_column).has_value();
  if (!groups && patient_column != DataOptions().patient_column)
    throw data_error("{}: has no column '{}' (data.patient_column); its columns are {}",
                     file.string(), patient_column, join(table.columns));
  std::map<std::string, std::size_t> row_of;
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    if (!row_of.emplace(table.rows[row][id_column], row).second)
      throw data_error("{}: case {} stands in two rows", file.string(), table.rows[row][id_column]);
  std::vector<std::string> absent;
  for (auto* cases : {&dataset.cases, &dataset.test})
    for (Case& item : *cases) {
      const auto row = row_of.find(item.id);
      if (row == row_of.end()) {
        absent.push_back(item.id);
        continue;
      }
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (c != id_column) item.attributes[table.columns[c]] = table.rows[row->second][c];
      if (!groups) continue;
      item.patient = item.attributes.at(patient_column);
      if (item.patient.empty())
        throw data_error("{}: row {}: the patient of case {} is empty", file.string(),
                         row->second + 2, item.id);
    }
  if (!absent.empty())
    log::warn("{}: has no row for {} of the cases ({}{}); each counts as a patient of its own",
              file.string(), absent.size(), absent.front(), absent.size() > 1 ? ", ..." : "");
}

void keep_first_patients(Dataset& dataset, int count) {
  std::set<std::string> patients;
  for (const Case& item : dataset.cases) patients.insert(item.patient);
  if (static_cast<std::size_t>(count) >= patients.size()) return;
  const std::set<std::string> kept(patients.begin(), std::next(patients.begin(), count));
  for (const Case& item : dataset.cases)
    if (!kept.contains(item.patient)) dataset.left_out.push_back(item.id);
  std::erase_if(dataset.cases, [&](const Case& item) { return !kept.contains(item.patient); });
}

}  // namespace

void describe(Fields& f, DataOptions& o) {
  f("root", o.root,
    "Folder of the data set (dataset.json, imagesTr, labelsTr); empty: the virtual cohort.");
  f("table", o.table,
    "CSV of attributes with a column 'case'; empty: cases.csv or groups.csv when there.");
  f("patient_column", o.patient_column,
    "Its column that names the patient; a patient's cases stay in one fold.");
  f("merge", o.merge,
    "Labels that become one, such as {name: extensor, labels: [sartorius, rectus_femoris]}; the "
    "others become background. Empty: as in dataset.json.");
  f("regions", o.regions, "Unions of labels that are scored beside the labels.");
  f("slices", o.slices, one_of({"all", "labelled"}),
    "labelled: only slices with foreground are trained on and scored.");
  f("max_patients", o.max_patients, at_least(0),
    "Use the first n patients only, for quick trials; 0: all.");
}

std::pair<std::string, std::optional<std::size_t>> split_channel(const std::string& stem) {
  const bool numbered = stem.size() > 5 && stem[stem.size() - 5] == '_' &&
                        stem.find_first_not_of("0123456789", stem.size() - 4) == std::string::npos;
  if (!numbered) return {stem, std::nullopt};
  return {stem.substr(0, stem.size() - 5), std::stoul(stem.substr(stem.size() - 4))};
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
  require_dataset_folder(options.root);
  const DatasetJson json = read_dataset_json(options.root / "dataset.json");
  Dataset dataset;
  dataset.root = options.root;
  dataset.name = json.name.empty() ? fs::canonical(options.root).filename().string() : json.name;
  auto [labels, merge] = merged_labels(json.labels, options.merge);
  dataset.labels = std::move(labels);
  dataset.regions = regions_of(dataset.labels, options.regions);
  dataset.channels = json.channels;
  dataset.file_ending = json.file_ending;
  const fs::path images = options.root / "imagesTr", tests = options.root / "imagesTs";
  dataset.cases = read_cases(json.training.value_or(case_ids(images)), images,
                             options.root / "labelsTr", dataset, true);
  if (dataset.cases.empty()) throw data_error("{}: holds no image", images.string());
  dataset.test = read_cases(case_ids(tests), tests, options.root / "labelsTs", dataset, false);
  for (auto* cases : {&dataset.cases, &dataset.test})
    for (Case& item : *cases) item.merge = merge;
  if (const auto table = attribute_table(options))
    add_attributes(dataset, *table, options.patient_column);
  if (options.max_patients > 0) keep_first_patients(dataset, options.max_patients);
  return dataset;
}

}  // namespace myoseg
