// Where and how an image file keeps its voxels, as its header says and its length allows: the one
// way from NIfTI, NRRD and MetaImage headers to voxels. Inside data/ only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/files.h"
#include "data/stored_image.h"
#include "data/volume.h"

namespace myoseg {

enum class Scalar { uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64 };
[[nodiscard]] std::size_t bytes_of(Scalar scalar);

struct VoxelSource {
  explicit VoxelSource(const std::filesystem::path& image) : name(image.string()), file(image) {}
  void take_data_file(std::filesystem::path path) {
    file = MappedFile(path);
    data_file = std::move(path);
  }

  std::string name;  // of the image, for messages
  MappedFile file;   // that holds the voxels: the image itself or the one its header names
  std::filesystem::path data_file;  // that one's name; empty: the image itself
  Geometry geometry;
  std::int64_t values_per_voxel = 1;  // several: layers of a segmentation
  Scalar scalar = Scalar::uint8;
  bool swapped = false;               // byte order is not the machine's
  double slope = 1, intercept = 0;    // value = stored * slope + intercept
  std::size_t offset = 0;             // of the voxels, or of the stream that holds them
  bool packed = false;                // a gzip or zlib stream
  std::optional<std::size_t> length;  // of the stream, where the header says it
  std::size_t skip = 0;               // bytes of the stream before the first voxel

  // Bytes of all voxels; Error(bad_data) when no file could hold so many.
  [[nodiscard]] std::size_t voxel_bytes() const;
};

// Error(bad_data) when the grid is none that can be used, the file's length contradicts the header,
// or the voxels do not fit into this machine's memory. Makes the axes orthonormal.
void check(VoxelSource& source);

// The bytes of the voxels or of the stream that holds them. Error(bad_data) when there are fewer
// than the header says.
[[nodiscard]] std::span<const std::byte> stored(const VoxelSource& source);

// All voxels, scaled. Error(bad_data) when a stream is damaged.
[[nodiscard]] Image read_floats(const VoxelSource& source);
// The same without copying what can be used as it is stored.
[[nodiscard]] StoredChannel stored_channel(VoxelSource source);
// The same without a volume of floats between; Error(bad_data) naming the first voxel that is no
// whole number in 0..255. Of a voxel's several values all, one after another.
[[nodiscard]] LabelMap read_labels(const VoxelSource& source);
[[nodiscard]] LabelMap labels_of(const std::string& name, const Image& image);

}  // namespace myoseg
