#include "data/image_files.h"

#include <algorithm>

#include "data/header_text.h"
#include "data/metaimage.h"
#include "data/nrrd.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file(error)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<fs::path> image_files(const fs::path& image) {
  std::error_code error;
  if (fs::is_directory(image, error)) return files_in(image);
  const std::string name = lower_case(image.filename().string());
  fs::path data_file;
  if (name.ends_with(".nrrd")) data_file = open_nrrd(image).data_file;
  if (name.ends_with(".mha") || name.ends_with(".mhd")) data_file = open_metaimage(image).data_file;
  return data_file.empty() ? std::vector{image} : std::vector{image, data_file};
}

}  // namespace myoseg
