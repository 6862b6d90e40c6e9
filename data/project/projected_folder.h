// A data set of radiographs, made of one of scans: nnU-Net's layout again, of one-slice images.
#pragma once

#include <filesystem>
#include <string>

#include "data/dataset/dataset.h"
#include "data/project/projection_options.h"

namespace myoseg {

// The column of the measured volume of a label: "ct_volume_ml_psoas".
[[nodiscard]] std::string ct_volume_column(const std::string& label);

// Projects the cases of `source` (labels as they are merged) into the empty or new folder `out`, in
// parallel, dataset.json last; test cases, which no network sees, are left out. cases.csv has the
// source's columns, then of each label the volume of the 3D mask in ml; where the source has no
// table, who the patient is stands under `patient_column`. splits_final.json is taken along.
// Error(bad_data) naming the case when a scan cannot be projected or its label lies on another
// grid.
void write_projected(const std::filesystem::path& out, const Dataset& source,
                     const std::string& patient_column, const ProjectionOptions& options);

}  // namespace myoseg
