#include "experiments/predict/scans.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/error.h"
#include "core/names.h"
#include "data/io/image_folder.h"
#include "data/io/image_io.h"
#include "data/io/structures/structures.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

bool same_place(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error);
}

// "runs/scans/" -> "scans".
std::string last_name(const fs::path& folder) {
  return fs::absolute(folder / ".").lexically_normal().parent_path().filename().string();
}

Scan scan_of(const std::string& name, const ImageSet& images, std::size_t channels) {
  Scan scan{name, {}, ""};
  for (const auto& [channel, files] : images.channels) {
    if (files.size() > 1)
      throw data_error("{} and {}: are two scans of one name; rename one", files[0].string(),
                       files[1].string());
    if (channel >= channels)
      scan.problem = fmt::format("has a channel {} ({}), but the networks take {}", channel,
                                 files.front().filename().string(), channels);
    scan.files.push_back(files.front());
  }
  for (std::size_t c = 0; c < channels; ++c)
    if (!images.channels.contains(c))
      scan.problem = fmt::format(
          "has no channel {}; the networks need {} (a file ending in _{:04})", c, channels, c);
  return scan;
}

void note(FoundScans& found, const char* what, const std::vector<std::string>& names) {
  if (!names.empty())
    found.skipped.push_back(fmt::format("{} {} ({})", names.size(), what, join_some(names)));
}

FoundScans scans_of(const ImageFolder& folder, std::size_t channels) {
  FoundScans found;
  for (const auto& [name, images] : group_images(folder, channels, {}))
    found.scans.push_back(scan_of(name, images, channels));
  note(found, "hidden or left by the operating system", folder.litter);
  note(found, "no images", folder.others);
  return found;
}

// Takes the folders of image files out, by name: of masks or earlier results, say, beside the
// scans.
std::vector<std::string> without_image_folders(ImageFolder& folder) {
  std::vector<std::string> names;
  for (auto& [name, entries] : folder.images)
    if (std::erase_if(entries, holds_image_files) > 0) names.push_back(name);
  std::erase_if(folder.images, [](const auto& entry) { return entry.second.empty(); });
  return names;
}

// Takes the folders out that hold SEG or RTSTRUCT objects and nothing else, by name.
std::vector<std::string> without_structure_folders(ImageFolder& folder) {
  const auto structures = [](const fs::path& entry) {
    std::error_code error;
    if (!fs::is_directory(entry, error)) return false;
    const ImageFolder inside = list_images(entry);
    return inside.images.empty() && !inside.others.empty() &&
           std::all_of(inside.others.begin(), inside.others.end(),
                       [&](const std::string& name) { return is_structure_file(entry / name); });
  };
  std::vector<std::string> names;
  for (auto& [name, entries] : folder.images)
    if (std::erase_if(entries, structures) > 0) names.push_back(name);
  std::erase_if(folder.images, [](const auto& entry) { return entry.second.empty(); });
  return names;
}

// Radiographs that lie loose are an image each, unless there is one alone.
void add_radiographs(ImageFolder& folder, const fs::path& root) {
  std::vector<std::string> radiographs, rest;
  for (const std::string& name : folder.others) {
    const bool dicom = is_dicom_file(root / name);
    if (dicom && !is_radiograph_file(root / name)) return;  // a slice: all are of one series
    (dicom ? radiographs : rest).push_back(name);
  }
  if (radiographs.size() < 2) return;
  for (const std::string& name : radiographs)
    folder.images[image_stem(name)].push_back(root / name);
  folder.others = std::move(rest);
}

// "study/series" -> "study_series".
std::string way_to(const fs::path& place, const fs::path& from) {
  std::string name;
  for (const fs::path& part : place.lexically_relative(from)) name += "_" + part.string();
  return name;
}

// Patient, study and series are often folders in folders: each that holds images is a scan.
void open_nested(ImageFolder& folder) {
  std::map<std::string, std::vector<fs::path>> scans;
  for (const auto& [name, entries] : folder.images)
    for (const fs::path& entry : entries) {
      std::vector<fs::path> inside;
      std::error_code error;
      try {
        if (fs::is_directory(entry, error)) inside = scan_folders(entry);
      } catch (const Error&) {  // reading it says what is wrong
        inside.clear();
      }
      if (inside.size() < 2) inside = {entry};
      for (const fs::path& place : inside)
        scans[place == entry ? name : name + way_to(place, entry)].push_back(place);
    }
  folder.images = std::move(scans);
}

ImageFolder only(const fs::path& file) {
  ImageFolder folder;
  folder.images[image_stem(file)].push_back(file);
  return folder;
}

}  // namespace

FoundScans find_scans(const fs::path& input, int channels, const fs::path& out) {
  const auto count = static_cast<std::size_t>(channels);
  std::error_code error;
  const fs::file_status status = fs::status(input, error);
  if (!fs::exists(status))
    throw data_error("input={}: there is no such file or folder", input.string());
  if (!fs::is_directory(status)) {
    if (!is_image_name(input) && !is_dicom_file(input))
      throw data_error("input={}: is no image format that can be read", input.string());
    return scans_of(only(input), count);
  }
  ImageFolder folder = list_images(input);
  for (auto& [name, entries] : folder.images)
    std::erase_if(entries, [&](const fs::path& entry) { return same_place(entry, out); });
  const std::vector<std::string> image_folders = without_image_folders(folder);
  const std::vector<std::string> structures = without_structure_folders(folder);
  add_radiographs(folder, input);
  // Slices that lie loose are one series, which the folder gives its name.
  const bool loose = std::any_of(folder.others.begin(), folder.others.end(),
                                 [&](const auto& name) { return is_dicom_file(input / name); });
  if (folder.images.empty() && folder.others.empty())
    throw data_error("input={}: holds no scan{}", input.string(),
                     !structures.empty()      ? ", only folders of SEG or RTSTRUCT objects"
                     : !image_folders.empty() ? ", only folders of image files; name one of these"
                     : !folder.litter.empty() ? ", only hidden files"
                                              : "");
  if (loose || folder.images.empty()) {
    folder.images[last_name(input)].push_back(input);
    folder.others.clear();
  }
  if (channels == 1 && !loose) open_nested(folder);
  FoundScans found = scans_of(folder, count);
  note(found, "folders of SEG or RTSTRUCT objects", structures);
  note(found, "folders of image files, which hold no DICOM series", image_folders);
  return found;
}

}  // namespace myoseg
