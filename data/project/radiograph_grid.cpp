#include "data/project/radiograph_grid.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/prepare/orientation.h"
#include "data/project/axis_ordered.h"

namespace myoseg {

std::string_view axes_of(RadiographView view) {
  switch (view) {
    case RadiographView::coronal:
      return "LIP";
    case RadiographView::sagittal:
      return "PIR";
    case RadiographView::axial:
      break;
  }
  return "LPS";
}

bool runs_along_patient(const Geometry& scan) {
  constexpr double kTolerance = 1e-3;
  return std::all_of(scan.direction.begin(), scan.direction.end(), [](double cosine) {
    return std::abs(cosine) < kTolerance || std::abs(cosine) > 1 - kTolerance;
  });
}

Geometry radiograph_grid(const Geometry& scan, RadiographView view) {
  Geometry grid = reorient(scan, axes_of(view));
  const double middle = static_cast<double>(grid.size[2] - 1) / 2 * grid.spacing[2];
  for (std::size_t r = 0; r < 3; ++r) grid.origin[r] += grid.direction[3 * r + 2] * middle;
  grid.size[2] = 1;
  grid.spacing[2] = 1;
  grid.forms.reset();
  return grid;
}

void require_projectable(const std::string& scan, const Geometry& geometry, RadiographView view) {
  if (geometry.forms && geometry.forms->qform_code <= 0 && geometry.forms->sform_code <= 0)
    throw data_error(
        "{}: cannot be projected: it says nothing of its place in the patient (qform and sform "
        "code 0), so nobody knows where its front is; export the scan again",
        scan);
  const Geometry turned = reorient(geometry, axes_of(view));
  if (turned.size[2] < 2)
    throw data_error(
        "{}: cannot be projected: it is a picture, one voxel thick along the rays of "
        "the {} view; give a volume",
        scan, name_of(view));
  const Geometry seen = runs_along_patient(geometry) ? geometry : axis_ordered_grid(geometry);
  const std::int64_t longest = *std::max_element(seen.size.begin(), seen.size.end());
  if (longest > kLongestAxis)
    throw data_error(
        "{}: cannot be projected: {} voxels along an axis of the patient, more than {}", scan,
        longest, kLongestAxis);
}

}  // namespace myoseg
