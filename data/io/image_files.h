// The files that an image consists of: what a hash of its content has to cover.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/hash.h"

namespace myoseg {

// The image's own file, then the data file that its header names; of a folder with a DICOM series
// every file, by name. Error(bad_data) when a header cannot be read.
[[nodiscard]] std::vector<std::filesystem::path> image_files(const std::filesystem::path& image);

// Of the content of all of them. Error(bad_data) when one is unreadable.
[[nodiscard]] std::string hash_image(const std::filesystem::path& image, FileHashes& hashes);

}  // namespace myoseg
