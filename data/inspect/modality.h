// Whether a scan is of the kind that a network was trained on, as far as its header tells.
#pragma once

#include <filesystem>
#include <string>

namespace myoseg {

// The modality, as DICOM calls it (CT, MR, PT, US, DX for every radiograph), that a channel's name
// tells of; "" for a name that tells nothing, or of several ("PET/CT").
[[nodiscard]] std::string modality_of_channel(const std::string& channel);

// `image` is a file or a folder of DICOM, `channel` a name from dataset.json ("CT", "T1", "PET").
// "" when both are of one kind or one of them is unknown: other names, files that are not DICOM or
// name no modality. Otherwise a sentence that names both, for a warning. Never throws for what is
// read; costs the header of one slice.
[[nodiscard]] std::string modality_doubt(const std::filesystem::path& image,
                                         const std::string& channel);

}  // namespace myoseg
