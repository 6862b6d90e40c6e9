// Finds the masks of every reader and case, and what their values mean.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/names.h"
#include "data/dataset/dataset.h"
#include "data/io/image_folder.h"
#include "data/io/image_io.h"
#include "data/io/structures/structures.h"
#include "experiments/evaluate/foreign_masks.h"
#include "experiments/run/body_table.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using Files = std::map<std::string, fs::path>;

// What lies in a folder, single DICOM files among it that `kind` accepts.
ImageFolder with_dicom_files(const fs::path& folder, bool (*kind)(const fs::path&)) {
  ImageFolder listed = list_images(folder);
  for (const std::string& name : listed.others)
    if (kind(folder / name)) listed.images[image_stem(name)].push_back(folder / name);
  return listed;
}

// What lies in a folder: images by their stem, folders by their name. Two of one name are an error.
Files entries(const fs::path& folder, bool folders) {
  Files found;
  for (const auto& [name, files] : with_dicom_files(folder, is_structure_file).images)
    for (const fs::path& file : files) {
      if (fs::is_directory(file) != folders) continue;
      const auto [other, fresh] = found.emplace(name, file);
      if (!fresh)
        throw data_error("{} and {}: are two masks of one name; keep one", other->second.string(),
                         file.string());
    }
  return found;
}

void require_folder(const std::string& option, const fs::path& folder) {
  if (!fs::is_directory(folder))
    throw data_error("{}={}: there is no such folder", option, folder.string());
}

// Cases, or the structures of one case, of every reader; those of the last reader, each with the
// files of all. `where`: " in case x" for messages.
std::map<std::string, std::vector<fs::path>> matched(const std::vector<Reader>& readers,
                                                     const std::vector<Files>& files,
                                                     const std::string& where) {
  std::map<std::string, std::vector<fs::path>> result;
  for (std::size_t r = 0; r < readers.size(); ++r) {
    std::vector<std::string> missing;
    for (const auto& [name, file] : files.back()) {
      const auto found = files[r].find(name);
      if (found == files[r].end())
        missing.push_back(name);
      else
        result[name].push_back(found->second);
    }
    if (!missing.empty())
      throw data_error("{}={}: has{} no mask for {} of {} in {}={}: {}{}", readers[r].option,
                       readers[r].folder.string(), where, missing.size(), files.back().size(),
                       readers.back().option, readers.back().folder.string(), join_some(missing),
                       where.empty() ? "; cases=FILE.csv evaluates those that a table names" : "");
    std::vector<std::string> alone;
    for (const auto& [name, file] : files[r])
      if (!files.back().contains(name)) alone.push_back(name);
    if (!alone.empty())
      log::warn("{}={}: {} of {} masks{} have no partner in {} and are left out: {}",
                readers[r].option, readers[r].folder.string(), alone.size(), files[r].size(), where,
                readers.back().folder.string(), join_some(alone));
  }
  return result;
}

// A file that cannot be read is answered for when its case is evaluated.
std::uint8_t largest_value(const fs::path& file) {
  try {
    const LabelMap map = read_label_map(file);
    return *std::max_element(map.voxels.begin(), map.voxels.end());
  } catch (const Error&) {
    return 0;
  }
}

LabelSet numbered_labels(const ForeignMasks& masks) {
  std::uint8_t largest = 0;
  for (const ForeignMasks::Item& item : masks.cases)
    for (const ForeignMasks::Part& part : item.parts)
      for (const fs::path& file : part.files) largest = std::max(largest, largest_value(file));
  LabelSet set;
  set.labels.push_back({"background", 0});
  for (int value = 1; value <= largest; ++value)
    set.labels.push_back({fmt::format("label_{}", value), static_cast<std::uint8_t>(value)});
  return set;
}

LabelSet label_names(const ForeignMasks& masks, const fs::path& dataset_json) {
  if (!dataset_json.empty()) return read_labels(dataset_json);
  const fs::path reference = fs::absolute(masks.readers.back().folder / ".").lexically_normal();
  std::vector<fs::path> places{reference.parent_path().parent_path()};
  for (auto reader = masks.readers.rbegin(); reader != masks.readers.rend(); ++reader)
    places.push_back(reader->folder);
  for (const fs::path& place : places)
    if (fs::exists(place / "dataset.json")) return read_labels(place / "dataset.json");
  return numbered_labels(masks);
}

// Masks of one structure each: their names are the labels.
void find_structures(ForeignMasks& masks, const std::map<std::string, std::vector<fs::path>>& of) {
  std::set<std::string> names;
  for (const auto& [name, folders] : of) {
    std::vector<Files> files;
    for (const fs::path& folder : folders) files.push_back(entries(folder, false));
    if (files.back().empty())
      throw data_error("{}: holds no mask; a folder of folders should have one mask per structure",
                       folders.back().string());
    ForeignMasks::Item item{.name = name, .parts = {}, .image = {}, .body = {}};
    for (const auto& [structure, parts] : matched(masks.readers, files, " in case " + name)) {
      names.insert(structure);
      item.parts.push_back({parts, {{structure, {1}}}, true});
    }
    masks.cases.push_back(std::move(item));
  }
  if (names.size() > 255)
    throw data_error("{}: has masks of {} structures; at most 255 can be told apart",
                     masks.readers.back().folder.string(), names.size());
  masks.labels.labels = {{"background", 0}};
  for (const std::string& name : names)
    masks.labels.labels.push_back({name, static_cast<std::uint8_t>(masks.labels.labels.size())});
}

void find_images(ForeignMasks& masks, const fs::path& folder) {
  require_folder("images", folder);
  std::set<std::string> names;
  for (const ForeignMasks::Item& item : masks.cases) names.insert(item.name);
  const std::map<std::string, ImageSet> images =
      group_images(with_dicom_files(folder, is_dicom_file), 1, names);
  std::vector<std::string> missing;
  for (ForeignMasks::Item& item : masks.cases) {
    const auto found = images.find(item.name);
    if (found == images.end() || !found->second.channels.contains(0)) {
      missing.push_back(item.name);
      continue;
    }
    const std::vector<fs::path>& files = found->second.channels.at(0);
    if (files.size() > 1)
      throw data_error("{} and {}: are two scans of case {}; keep one", files[0].string(),
                       files[1].string(), item.name);
    item.image = files.front();
  }
  if (!missing.empty())
    throw data_error("images={}: has no scan for {} of {} cases: {}", folder.string(),
                     missing.size(), masks.cases.size(), join_some(missing));
}

// Keeps the cases that the table names, in its order.
void choose_cases(ForeignMasks& masks, const Table& table) {
  const std::size_t name = table.column("case");
  std::vector<ForeignMasks::Item> chosen;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const std::string& wanted = table.rows[r][name];
    const auto found = std::find_if(masks.cases.begin(), masks.cases.end(), [&](const auto& item) {
      return match_key(item.name) == match_key(wanted);
    });
    if (found == masks.cases.end())
      throw data_error("{}: names the case '{}', which {} does not have", table.source, wanted,
                       masks.readers.back().folder.string());
    chosen.push_back(*found);
    chosen.back().body =
        body_from_cells(cells_of(table, r), fmt::format("{}: case {}", table.source, wanted));
  }
  if (chosen.empty()) throw data_error("{}: names no case", table.source);
  masks.cases = std::move(chosen);
}

// What the table of cases does not name needs no partner.
void keep_named(std::vector<Files>& files, const RowIndex& named) {
  for (Files& found : files)
    std::erase_if(found, [&](const auto& entry) { return !named.find(entry.first); });
}

// Masks against themselves score 1, which may be wanted; one reader twice may not.
void refuse_same_folders(const std::vector<Reader>& readers) {
  for (std::size_t a = 0; a < readers.size(); ++a)
    for (std::size_t b = a + 1; b < readers.size(); ++b)
      if (readers[a].option == readers[b].option &&
          fs::equivalent(readers[a].folder, readers[b].folder))
        throw data_error("{}: {} and {} are one folder; a reader counts once", readers[a].option,
                         readers[a].folder.string(), readers[b].folder.string());
}

}  // namespace

ForeignMasks find_masks(const MaskSources& sources) {
  ForeignMasks masks;
  masks.readers = sources.readers;
  std::vector<Files> maps, folders;
  for (const Reader& reader : masks.readers) {
    require_folder(reader.option, reader.folder);
    maps.push_back(entries(reader.folder, false));
    folders.push_back(entries(reader.folder, true));
  }
  refuse_same_folders(masks.readers);
  const Reader& reference = masks.readers.back();
  if (maps.back().empty() && folders.back().empty())
    throw data_error("{}={}: holds no label map and no folder of masks", reference.option,
                     reference.folder.string());
  const bool by_structure = maps.back().empty();
  std::optional<Table> named;
  if (!sources.cases.empty()) {
    named = read_csv(sources.cases);
    keep_named(by_structure ? folders : maps, RowIndex(*named, named->column("case")));
  }
  if (by_structure) {
    find_structures(masks, matched(masks.readers, folders, ""));
  } else {
    for (const auto& [name, files] : matched(masks.readers, maps, ""))
      masks.cases.push_back({name, {{files, {}, false}}, {}, {}});
  }
  if (named) choose_cases(masks, *named);
  if (!sources.images.empty()) find_images(masks, sources.images);
  if (masks.labels.labels.empty()) masks.labels = label_names(masks, sources.dataset_json);
  masks.regions = regions_of(masks.labels, {});
  for (ForeignMasks::Item& item : masks.cases)
    for (ForeignMasks::Part& part : item.parts)
      if (!part.one_structure) part.regions = masks.regions;
  return masks;
}

}  // namespace myoseg
