// Where a radiograph of a scan lies, and which scans have one. Inside data/ only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/project/projection_options.h"
#include "data/volume.h"

namespace myoseg {

// What no voxel says is air.
inline constexpr float kAirHu = -1000;

// Of a scan or radiograph in voxels: NIfTI-1 holds no more, and rays sum whole numbers up to twice
// that (fold_planes.h).
inline constexpr std::int64_t kLongestAxis = 32767;

// Where a radiograph's rows run, where its columns run and where its rays do, as an orientation
// code: the body's left, or its back, is on the viewer's right; the head, or the front, is up.
[[nodiscard]] std::string_view axes_of(RadiographView view);

// Whether each axis runs along one of the patient's (1e-3).
[[nodiscard]] bool runs_along_patient(const Geometry& scan);

// The radiograph's grid, one slice of 1 mm in the middle of the scan, by parallel rays through its
// voxels. For a scan whose axes run along the patient's.
[[nodiscard]] Geometry radiograph_grid(const Geometry& scan, RadiographView view);

// Error(bad_data) naming `scan` for a grid whose place in the patient is not known, that is one
// voxel thick along the rays, or that no radiograph's file could hold.
void require_projectable(const std::string& scan, const Geometry& geometry, RadiographView view);

}  // namespace myoseg
