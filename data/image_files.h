// The files that one scan or label map is made of.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/file_hashes.h"

namespace myoseg {

// The file itself, with the file of its voxels where a header (.mhd, .nrrd) names another; of a
// folder of DICOM slices every file in it, sorted.
[[nodiscard]] std::vector<std::filesystem::path> files_of_image(const std::filesystem::path& image);

// Of the content of all of them. Error(bad_data) when one is unreadable.
[[nodiscard]] std::string hash_image(const std::filesystem::path& image, FileHashes& hashes);

}  // namespace myoseg
