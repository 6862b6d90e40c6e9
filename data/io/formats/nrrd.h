// NRRD files (.nrrd, with the data file that one may name), read without a library: teem's reader
// follows a data file's name anywhere and takes memory for any size. Format:
// teem.sourceforge.net/nrrd/format.html. Inside data/ only.
#pragma once

#include <filesystem>

#include "data/io/formats/header_text.h"
#include "data/io/formats/voxel_source.h"

namespace myoseg {

// The header of a file, not yet held against its length (check() in voxel_source.h does that).
// Error(bad_data) for what is not read: encodings but raw and gzip, lists and patterns of files,
// several values per voxel, blocks, units other than mm.
[[nodiscard]] VoxelSource open_nrrd(const std::filesystem::path& file);

// The grid in LPS that the fields of a header describe.
[[nodiscard]] Geometry nrrd_geometry(const std::string& image, const HeaderFields& fields);

}  // namespace myoseg
