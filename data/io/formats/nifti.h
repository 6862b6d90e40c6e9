// NIfTI-1 and NIfTI-2 files (.nii, .nii.gz), read without a library: ITK's reader drops the
// orientation of 4-D files, does not verify the checksum of .gz and hides which of the two
// orientations it took. Formats: nifti1.h and nifti2.h, https://nifti.nimh.nih.gov. Inside data/
// only.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "data/io/formats/voxel_source.h"

namespace myoseg {

// The parts of the header that matter for a scan, in the machine's byte order.
struct NiftiHeader : NiftiForms {
  std::size_t bytes = 348;  // of the header: 348 of NIfTI-1, 540 of NIfTI-2
  std::array<std::int64_t, 8> dim{};
  std::int16_t datatype = 0;
  double vox_offset = 0, scl_slope = 0, scl_inter = 0;
  bool swapped = false;  // the file's byte order is not the machine's
};

[[nodiscard]] NiftiHeader parse_nifti_header(const std::string& file,
                                             std::span<const std::byte> bytes);

// The grid in LPS. As ITK, 3D Slicer and nnU-Net do, the sform counts when it says scanner (1) or
// there is no qform, else the qform. `warning` gets a sentence when the two disagree or neither is
// given. Error(bad_data): more than three dimensions, a sheared grid.
[[nodiscard]] Geometry nifti_geometry(const std::string& file, const NiftiHeader& header,
                                      std::string& warning);

// The header of a file, not yet held against its length (check() in voxel_source.h does that).
// Compressed or not, by its content.
[[nodiscard]] VoxelSource open_nifti(const std::filesystem::path& file);

}  // namespace myoseg
