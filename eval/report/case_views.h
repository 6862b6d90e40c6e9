// What a case's picture shows: planes and surfaces of its scan, truth and prediction.
#pragma once

#include <cstdint>
#include <vector>

#include "data/volume.h"
#include "eval/draw/overlay.h"
#include "eval/report/report.h"

namespace myoseg {

struct CaseViews {
  std::int64_t slice = 0;            // z of the axial view, from 0
  std::int64_t coronal = 0;          // y of the coronal one
  std::vector<std::uint8_t> labels;  // values that are seen
  Picture large;                     // a row a view: scan, truth, prediction
  Picture small;                     // truth and prediction only, in a fifth of the bytes
};
// Of `options`, views and window. Planes are those in which the truth has the most voxels.
// Error(bad_data) when a map lies on another grid than the scan.
[[nodiscard]] CaseViews case_views(const Image& scan, const LabelMap& truth,
                                   const LabelMap& prediction, const ReportOptions& options);

}  // namespace myoseg
