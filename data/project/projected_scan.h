// Radiographs of scans in files, with what was labelled on them.
#pragma once

#include <filesystem>
#include <optional>

#include "data/project/projection.h"

namespace myoseg {

struct Radiograph {
  Image image;
  std::optional<LabelMap> labels;
};

// Of the scan in a file, or in a folder of one DICOM series, and of a label map of it, read from
// `label_file`, unless it is null. Error(bad_data) naming the file: it cannot be read or projected,
// or the label map lies on another grid.
[[nodiscard]] Radiograph project_scan(const std::filesystem::path& scan,
                                      const ProjectionOptions& options, LabelMap* labels,
                                      const std::filesystem::path& label_file);

}  // namespace myoseg
