#include "data/io/image_files.h"

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "data/io/formats/header_text.h"
#include "data/io/formats/metaimage.h"
#include "data/io/formats/nrrd.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

template <class Iterator>
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (Iterator entry(folder, error), end; entry != end; entry.increment(error)) {
    std::error_code unreadable;  // of a link that leads in a circle
    if (entry->is_regular_file(unreadable)) files.push_back(entry->path());
    if (error) break;
  }
  if (error) throw data_error("cannot read the folder {}: {}", folder.string(), error.message());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<fs::path> image_files(const fs::path& image) {
  std::error_code error;
  if (fs::is_directory(image, error)) {
    auto files = files_in<fs::directory_iterator>(image);
    // Patient, study and series are often folders in folders.
    return files.empty() ? files_in<fs::recursive_directory_iterator>(image) : files;
  }
  const std::string name = lower_case(image.filename().string());
  fs::path data_file;
  if (name.ends_with(".nrrd")) data_file = open_nrrd(image).data_file;
  if (name.ends_with(".mha") || name.ends_with(".mhd")) data_file = open_metaimage(image).data_file;
  return data_file.empty() ? std::vector{image} : std::vector{image, data_file};
}

std::string hash_image(const fs::path& image, FileHashes& hashes) {
  const std::vector<fs::path> files = image_files(image);
  if (files.size() == 1 && files.front() == image) return hashes(image);
  Hasher hasher;
  for (const fs::path& file : files) hasher.add(file.filename().string()).add(hashes(file));
  return hasher.hex();
}

}  // namespace myoseg
