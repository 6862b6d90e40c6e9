#include "data/io/image_folder.h"

#include <algorithm>

#include "core/error.h"
#include "data/io/image_io.h"
#include "data/io/itk/itk.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

bool is_litter(const std::string& name) {
  static const std::set<std::string> kLeft{"__MACOSX",  "Thumbs.db",    "desktop.ini",
                                           "@eaDir",    "$RECYCLE.BIN", "System Volume Information",
                                           "lost+found"};
  return name.starts_with('.') || name.starts_with("~$") || kLeft.contains(name);
}

// The voxels of an .mhd are no image of their own.
bool is_second_file(const fs::path& file) {
  return file.extension() == ".raw" || file.extension() == ".zraw";
}

// Whether every name that is not known ends in _0000.
bool ends_are_channels(const ImageFolder& folder, const std::set<std::string>& known) {
  return std::all_of(folder.images.begin(), folder.images.end(), [&](const auto& entry) {
    const auto [name, channel] = split_channel(entry.first);
    return channel == 0U || known.contains(entry.first) || (channel && known.contains(name));
  });
}

// A preview beside a scan is no scan: where there are files of other formats, pictures are none.
void drop_pictures(ImageFolder& found) {
  const auto picture = [](const fs::path& file) { return is_picture_name(file); };
  const auto scan = [](const fs::path& file) {
    return is_image_name(file) && !is_picture_name(file);
  };
  if (std::none_of(found.images.begin(), found.images.end(), [&](const auto& entry) {
        return std::any_of(entry.second.begin(), entry.second.end(), scan);
      }))
    return;
  for (auto& [stem, files] : found.images) {
    for (const fs::path& file : files)
      if (picture(file)) found.others.push_back(file.filename().string());
    std::erase_if(files, picture);
  }
  std::erase_if(found.images, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace

ImageFolder list_images(const fs::path& folder) {
  ImageFolder found;
  std::error_code error;
  if (!fs::exists(folder, error)) return found;
  for (fs::directory_iterator entry(folder, error), end; entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code unreadable;  // of a link that leads in a circle
    if (is_litter(name))
      found.litter.push_back(name);
    else if (is_image_name(name))
      found.images[image_stem(name)].push_back(entry->path());
    else if (entry->is_directory(unreadable))
      found.images[name].push_back(entry->path());
    else if (!is_second_file(name))
      found.others.push_back(name);
    if (error) break;
  }
  if (error) throw data_error("cannot read the folder {}: {}", folder.string(), error.message());
  drop_pictures(found);
  for (auto& [stem, files] : found.images) std::sort(files.begin(), files.end());
  std::sort(found.others.begin(), found.others.end());
  std::sort(found.litter.begin(), found.litter.end());
  return found;
}

bool holds_image_files(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return false;
  const ImageFolder inside = list_images(folder);
  return std::any_of(inside.images.begin(), inside.images.end(), [](const auto& entry) {
    return std::any_of(entry.second.begin(), entry.second.end(), is_image_name);
  });
}

std::vector<fs::path> scan_folders(const fs::path& folder) { return itk_io::dicom_folders(folder); }

std::pair<std::string, std::optional<std::size_t>> split_channel(const std::string& stem) {
  const bool numbered = stem.size() > 5 && stem[stem.size() - 5] == '_' &&
                        stem.find_first_not_of("0123456789", stem.size() - 4) == std::string::npos;
  if (!numbered) return {stem, std::nullopt};
  return {stem.substr(0, stem.size() - 5), std::stoul(stem.substr(stem.size() - 4))};
}

std::map<std::string, ImageSet> group_images(const ImageFolder& folder, std::size_t channels,
                                             const std::set<std::string>& known) {
  std::map<std::string, ImageSet> cases;
  const bool shortened = channels > 1 || ends_are_channels(folder, known);
  for (const auto& [stem, files] : folder.images) {
    const auto [name, channel] = split_channel(stem);
    const bool whole = !channel || known.contains(stem) || (!shortened && !known.contains(name));
    ImageSet& images = cases[whole ? stem : name];
    auto& place = whole && channels > 1 ? images.unnumbered : images.channels[whole ? 0 : *channel];
    place.insert(place.end(), files.begin(), files.end());
  }
  return cases;
}

}  // namespace myoseg
