// NRRD files (.nrrd, with the data file that one may name), read without a library: teem's reader
// follows a data file's name anywhere and takes memory for any size. Format:
// teem.sourceforge.net/nrrd/format.html. Inside data/ only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/io/formats/header_text.h"
#include "data/io/formats/voxel_source.h"

namespace myoseg {

// The header of a file, not yet held against its length (check() in voxel_source.h does that).
// Error(bad_data) for what is not read: encodings but raw and gzip, lists and patterns of files,
// several values per voxel, blocks, units other than mm.
[[nodiscard]] VoxelSource open_nrrd(const std::filesystem::path& file);

// What 3D Slicer writes into a .seg.nrrd of its segments, and how many of them a voxel may have:
// overlapping segments lie in layers, a value a voxel each.
struct NrrdSegment {
  std::string name;
  int value = 0;
  std::int64_t layer = 0;
};
struct NrrdLayers {
  std::int64_t count = 1;
  std::vector<NrrdSegment> segments;
};
// The same of a segmentation: read_labels() of it gives the values of all layers, voxel by voxel.
[[nodiscard]] VoxelSource open_nrrd(const std::filesystem::path& file, NrrdLayers& layers);

// The grid in LPS that the fields of a header describe. `layers`: how many there are, where there
// may be several.
[[nodiscard]] Geometry nrrd_geometry(const std::string& image, const HeaderFields& fields,
                                     std::int64_t* layers = nullptr);

}  // namespace myoseg
