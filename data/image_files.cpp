#include "data/image_files.h"

#include <algorithm>
#include <fstream>

#include "core/error.h"
#include "core/hash.h"
#include "core/table.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> regular_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; entry != end; entry.increment(error)) {
    std::error_code unreadable;
    if (entry->is_regular_file(unreadable)) files.push_back(entry->path());
    if (error) break;
  }
  if (error) throw data_error("cannot read the folder {}: {}", folder.string(), error.message());
  std::sort(files.begin(), files.end());
  return files;
}

// What the header's line KEY = VALUE or KEY: VALUE names; "" when it names none.
std::string detached_name(const fs::path& header) {
  std::ifstream in(header, std::ios::binary);
  constexpr int kMostLines = 1000;
  std::string line;
  for (int n = 0; n < kMostLines && std::getline(in, line); ++n) {
    const std::size_t at = line.find_first_of(":=");
    if (line.empty() || at == std::string::npos) continue;
    const std::string key = match_key(line.substr(0, at));
    if (key != "elementdatafile" && key != "data file" && key != "datafile") continue;
    const std::size_t begin = line.find_first_not_of(" \t:=", at);
    const std::size_t end = line.find_last_not_of(" \t\r");
    return begin == std::string::npos ? "" : line.substr(begin, end + 1 - begin);
  }
  return "";
}

}  // namespace

std::vector<fs::path> files_of_image(const fs::path& image) {
  std::error_code error;
  if (fs::is_directory(image, error)) return regular_files(image);
  std::vector<fs::path> files{image};
  const std::string ending = match_key(image.extension().string());
  if (ending != ".mhd" && ending != ".nrrd") return files;
  const std::string named = detached_name(image);
  if (!named.empty() && fs::is_regular_file(image.parent_path() / named, error))
    files.push_back(image.parent_path() / named);
  return files;
}

std::string hash_image(const fs::path& image, FileHashes& hashes) {
  const std::vector<fs::path> files = files_of_image(image);
  if (files == std::vector{image}) return hashes(image);
  Hasher hasher;
  for (const fs::path& file : files) hasher.add(file.filename().string()).add(hashes(file));
  return hasher.hex();
}

}  // namespace myoseg
