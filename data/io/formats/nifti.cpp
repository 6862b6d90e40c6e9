#include "data/io/formats/nifti.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "core/error.h"
#include "core/log.h"
#include "data/io/formats/unpack.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kHeaderBytes = 348;

template <class T>
T number_at(const std::byte* from, bool swapped) {
  std::array<std::byte, sizeof(T)> bytes;
  std::memcpy(bytes.data(), from, sizeof(T));
  if (swapped) std::reverse(bytes.begin(), bytes.end());
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

template <class T, std::size_t N>
void numbers_at(const std::byte* from, bool swapped, std::array<T, N>& out) {
  for (std::size_t i = 0; i < N; ++i) out[i] = number_at<T>(from + i * sizeof(T), swapped);
}

std::optional<Scalar> scalar_of(int datatype) {
  switch (datatype) {
    case 2:
      return Scalar::uint8;
    case 4:
      return Scalar::int16;
    case 8:
      return Scalar::int32;
    case 16:
      return Scalar::float32;
    case 64:
      return Scalar::float64;
    case 256:
      return Scalar::int8;
    case 512:
      return Scalar::uint16;
    case 768:
      return Scalar::uint32;
    case 1024:
      return Scalar::int64;
    case 1280:
      return Scalar::uint64;
    default:
      return std::nullopt;
  }
}

// Where the voxels begin. Writers that leave vox_offset 0 mean the first byte after the header and
// its four bytes of extension flags; some leave these away, which the file's length shows.
std::size_t voxel_offset(const VoxelSource& s, float vox_offset) {
  if (vox_offset == 0) {
    const bool no_flags = !s.packed && s.file.bytes().size() == kHeaderBytes + s.voxel_bytes();
    return no_flags ? kHeaderBytes : kHeaderBytes + 4;
  }
  constexpr float kMost = 1 << 30;  // extensions of a gigabyte
  if (!(vox_offset >= kHeaderBytes && vox_offset <= kMost) || vox_offset != std::floor(vox_offset))
    throw data_error(
        "{}: its header says that the voxels begin at byte {}, which is not behind the header; the "
        "file is damaged",
        s.name, vox_offset);
  return static_cast<std::size_t>(vox_offset);
}

void scale(VoxelSource& s, const NiftiHeader& h) {
  if (!std::isfinite(h.scl_slope) || !std::isfinite(h.scl_inter) || h.scl_slope == 0) return;
  s.slope = h.scl_slope;
  s.intercept = h.scl_inter;
}

}  // namespace

NiftiHeader parse_nifti_header(const std::string& file, std::span<const std::byte> bytes) {
  if (bytes.size() < kHeaderBytes)
    throw data_error("{}: is too short for a NIfTI file; it ends early", file);
  const std::byte* at = bytes.data();
  NiftiHeader h;
  h.swapped = number_at<std::int32_t>(at, false) != kHeaderBytes;
  const auto length = number_at<std::int32_t>(at, h.swapped);
  if (length == 540 || number_at<std::int32_t>(at, false) == 540)
    throw data_error("{}: is a NIfTI-2 file, which is not read; convert it to NIfTI-1", file);
  if (length != kHeaderBytes || std::memcmp(at + 344, "n+1", 4) != 0)
    throw data_error("{}: is no NIfTI-1 file (header and voxels in one file)", file);
  numbers_at(at + 40, h.swapped, h.dim);
  h.datatype = number_at<std::int16_t>(at + 70, h.swapped);
  numbers_at(at + 76, h.swapped, h.pixdim);
  h.vox_offset = number_at<float>(at + 108, h.swapped);
  h.scl_slope = number_at<float>(at + 112, h.swapped);
  h.scl_inter = number_at<float>(at + 116, h.swapped);
  h.space_unit = std::to_integer<int>(at[123]) & 7;
  h.qform_code = number_at<std::int16_t>(at + 252, h.swapped);
  h.sform_code = number_at<std::int16_t>(at + 254, h.swapped);
  numbers_at(at + 256, h.swapped, h.quatern);
  numbers_at(at + 268, h.swapped, h.qoffset);
  numbers_at(at + 280, h.swapped, h.srow);
  return h;
}

VoxelSource open_nifti(const fs::path& path) {
  VoxelSource source(path);
  source.packed = is_gzip(source.file.bytes());
  const auto bytes = source.file.bytes();
  const NiftiHeader header = parse_nifti_header(
      source.name, source.packed ? unpack_start(source.name, bytes, kHeaderBytes) : bytes);
  std::string warning;
  source.geometry = nifti_geometry(source.name, header, warning);
  if (!warning.empty()) log::warn("{} {}", source.name, warning);
  if (header.dim[0] >= 3) source.geometry.forms = header;  // a map is written with three axes
  const auto scalar = scalar_of(header.datatype);
  if (!scalar)
    throw data_error(
        "{}: holds voxels of NIfTI type {} (colour, complex or unknown), not real numbers",
        source.name, header.datatype);
  source.scalar = *scalar;
  source.swapped = header.swapped;
  scale(source, header);
  (source.packed ? source.skip : source.offset) = voxel_offset(source, header.vox_offset);
  return source;
}

}  // namespace myoseg
