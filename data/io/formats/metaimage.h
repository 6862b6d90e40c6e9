// MetaImage files (.mha, and .mhd with its data file), read without a library: MetaIO's reader
// hands the data file's name to printf, follows it anywhere and returns voxels of damaged streams.
// Format: itk.org/Wiki/MetaIO/Documentation. Inside data/ only.
#pragma once

#include <filesystem>

#include "data/io/formats/voxel_source.h"

namespace myoseg {

// The header of a file, not yet held against its length (check() in voxel_source.h does that).
// Error(bad_data) for what is not read: text, lists and patterns of files, several values per
// voxel, intensities to be rescaled, units other than mm.
[[nodiscard]] VoxelSource open_metaimage(const std::filesystem::path& file);

}  // namespace myoseg
