#include "experiments/external.h"

#include <algorithm>
#include <map>

#include "core/error.h"
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

}  // namespace myoseg
