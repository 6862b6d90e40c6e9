#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/names.h"
#include "data/dataset.h"
#include "data/image_io.h"
#include "experiments/body.h"
#include "experiments/external.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using Files = std::map<std::string, fs::path>;

// What lies in a folder: images by their stem, folders by their name.
Files entries(const fs::path& folder, bool folders) {
  Files found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (folders && entry.is_directory())
      found.emplace(entry.path().filename().string(), entry.path());
    else if (!folders && !entry.is_directory() && is_image_name(entry.path()))
      found.emplace(image_stem(entry.path()), entry.path());
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
    for (const auto& [name, file] : files[r])
      if (!files.back().contains(name))
        log::warn("{}: has no partner in {} and is left out", file.string(),
                  readers.back().folder.string());
  }
  return result;
}

LabelSet numbered_labels(const ExternalMasks& masks) {
  std::uint8_t largest = 0;
  for (const ExternalMasks::Item& item : masks.cases)
    for (const ExternalMasks::Part& part : item.parts)
      for (const fs::path& file : part.files)
        for (const std::uint8_t value : read_label_map(file).voxels)
          largest = std::max(largest, value);
  LabelSet set;
  set.labels.push_back({"background", 0});
  for (int value = 1; value <= largest; ++value)
    set.labels.push_back({fmt::format("label_{}", value), static_cast<std::uint8_t>(value)});
  return set;
}

LabelSet label_names(const ExternalMasks& masks, const fs::path& dataset_json) {
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
void find_structures(ExternalMasks& masks, const std::map<std::string, std::vector<fs::path>>& of) {
  std::set<std::string> names;
  for (const auto& [name, folders] : of) {
    std::vector<Files> files;
    for (const fs::path& folder : folders) files.push_back(entries(folder, false));
    if (files.back().empty())
      throw data_error("{}: holds no mask; a folder of folders should have one mask per structure",
                       folders.back().string());
    ExternalMasks::Item item{.name = name, .parts = {}, .image = {}, .body = {}};
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

void find_images(ExternalMasks& masks, const fs::path& folder) {
  require_folder("images", folder);
  const Files images = entries(folder, false);
  std::vector<std::string> missing;
  for (ExternalMasks::Item& item : masks.cases) {
    auto found = images.find(item.name);
    if (found == images.end()) found = images.find(item.name + "_0000");
    if (found == images.end())
      missing.push_back(item.name);
    else
      item.image = found->second;
  }
  if (!missing.empty())
    throw data_error("images={}: has no scan for {} of {} cases: {}", folder.string(),
                     missing.size(), masks.cases.size(), join_some(missing));
}

// Keeps the cases that the table names, in its order.
void choose_cases(ExternalMasks& masks, const fs::path& file) {
  const Table table = read_csv(file);
  const std::size_t name = table.column("case");
  std::vector<ExternalMasks::Item> chosen;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const std::string& wanted = table.rows[r][name];
    const auto found = std::find_if(masks.cases.begin(), masks.cases.end(),
                                    [&](const auto& item) { return item.name == wanted; });
    if (found == masks.cases.end())
      throw data_error("{}: names the case '{}', which {} does not have", file.string(), wanted,
                       masks.readers.back().folder.string());
    chosen.push_back(*found);
    chosen.back().body =
        body_of(cells_of(table, r), fmt::format("{}: case {}", file.string(), wanted));
  }
  if (chosen.empty()) throw data_error("{}: names no case", file.string());
  masks.cases = std::move(chosen);
}

// What the table of cases does not name needs no partner.
void keep_named(std::vector<Files>& files, const fs::path& table) {
  const Table cases = read_csv(table);
  std::set<std::string> names;
  for (const auto& row : cases.rows) names.insert(row[cases.column("case")]);
  for (Files& found : files)
    std::erase_if(found, [&](const auto& entry) { return !names.contains(entry.first); });
}

}  // namespace

ExternalMasks find_masks(const MaskSources& sources) {
  ExternalMasks masks;
  masks.readers = sources.readers;
  std::vector<Files> maps, folders;
  for (const Reader& reader : masks.readers) {
    require_folder(reader.option, reader.folder);
    maps.push_back(entries(reader.folder, false));
    folders.push_back(entries(reader.folder, true));
  }
  const Reader& reference = masks.readers.back();
  if (maps.back().empty() && folders.back().empty())
    throw data_error("{}={}: holds no label map and no folder of masks", reference.option,
                     reference.folder.string());
  const bool by_structure = maps.back().empty();
  if (!sources.cases.empty()) keep_named(by_structure ? folders : maps, sources.cases);
  if (by_structure) {
    find_structures(masks, matched(masks.readers, folders, ""));
  } else {
    for (const auto& [name, files] : matched(masks.readers, maps, ""))
      masks.cases.push_back({name, {{files, {}, false}}, {}, {}});
  }
  if (!sources.cases.empty()) choose_cases(masks, sources.cases);
  if (!sources.images.empty()) find_images(masks, sources.images);
  if (masks.labels.labels.empty()) masks.labels = label_names(masks, sources.dataset_json);
  masks.regions = regions_of(masks.labels, {});
  for (ExternalMasks::Item& item : masks.cases)
    for (ExternalMasks::Part& part : item.parts)
      if (!part.one_structure) part.regions = masks.regions;
  return masks;
}

}  // namespace myoseg
