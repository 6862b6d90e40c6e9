// Digitally reconstructed radiographs: a CT or a label map projected along parallel or diverging
// rays. docs/projection.md has the formulas.
#pragma once

#include <cstdint>
#include <string>

#include "data/project/projection_options.h"
#include "data/volume.h"

namespace myoseg {

// One slice of 1 mm, one channel: x to the body's left (sagittal: to its back), y to its feet
// (axial: to its back), z along the rays; pixels keep the scan's spacing in mm. Any permutation and
// direction of the scan's axes gives the same radiograph; a scan whose axes do not run along the
// patient's is sampled on a grid that does (linear, air beyond it). Parallel rays: one pass over
// the voxels, in parallel. `name` is of the scan, for messages. Error(bad_data) when it cannot be
// projected, see require_projectable(); Error(bad_usage) for a source that is too near.
[[nodiscard]] Image project(const Image& scan, const ProjectionOptions& options,
                            const std::string& name);
[[nodiscard]] Image project(const Volume<std::int16_t>& scan, const ProjectionOptions& options,
                            const std::string& name);
// Along the same rays, onto the same pixels: the largest label of each, whatever `ray` is.
[[nodiscard]] LabelMap project(const LabelMap& map, const ProjectionOptions& options,
                               const std::string& name);

}  // namespace myoseg
