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

constexpr std::size_t kHeaderBytes = 348, kLongHeaderBytes = 540;  // of NIfTI-1 and NIfTI-2

template <class T>
T number_at(const std::byte* from, bool swapped) {
  std::array<std::byte, sizeof(T)> bytes;
  std::memcpy(bytes.data(), from, sizeof(T));
  if (swapped) std::reverse(bytes.begin(), bytes.end());
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

// Numbers of the file's type T.
template <class T, class Out, std::size_t N>
void numbers_at(const std::byte* from, bool swapped, std::array<Out, N>& out) {
  for (std::size_t i = 0; i < N; ++i)
    out[i] = static_cast<Out>(number_at<T>(from + i * sizeof(T), swapped));
}

void parse_first(const std::byte* at, NiftiHeader& h) {
  numbers_at<std::int16_t>(at + 40, h.swapped, h.dim);
  h.datatype = number_at<std::int16_t>(at + 70, h.swapped);
  numbers_at<float>(at + 76, h.swapped, h.pixdim);
  h.vox_offset = number_at<float>(at + 108, h.swapped);
  h.scl_slope = number_at<float>(at + 112, h.swapped);
  h.scl_inter = number_at<float>(at + 116, h.swapped);
  h.space_unit = std::to_integer<int>(at[123]) & 7;
  h.qform_code = number_at<std::int16_t>(at + 252, h.swapped);
  h.sform_code = number_at<std::int16_t>(at + 254, h.swapped);
  numbers_at<float>(at + 256, h.swapped, h.quatern);
  numbers_at<float>(at + 268, h.swapped, h.qoffset);
  numbers_at<float>(at + 280, h.swapped, h.srow);
}

void parse_second(const std::byte* at, NiftiHeader& h) {
  numbers_at<std::int64_t>(at + 16, h.swapped, h.dim);
  h.datatype = number_at<std::int16_t>(at + 12, h.swapped);
  numbers_at<double>(at + 104, h.swapped, h.pixdim);
  h.vox_offset = static_cast<double>(number_at<std::int64_t>(at + 168, h.swapped));
  h.scl_slope = number_at<double>(at + 176, h.swapped);
  h.scl_inter = number_at<double>(at + 184, h.swapped);
  h.qform_code = number_at<std::int32_t>(at + 344, h.swapped);
  h.sform_code = number_at<std::int32_t>(at + 348, h.swapped);
  numbers_at<double>(at + 352, h.swapped, h.quatern);
  numbers_at<double>(at + 376, h.swapped, h.qoffset);
  numbers_at<double>(at + 400, h.swapped, h.srow);
  h.space_unit = number_at<std::int32_t>(at + 500, h.swapped) & 7;
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
std::size_t voxel_offset(const VoxelSource& s, const NiftiHeader& h) {
  const double vox_offset = h.vox_offset;
  if (vox_offset == 0) {
    const bool no_flags = !s.packed && s.file.bytes().size() == h.bytes + s.voxel_bytes();
    return no_flags ? h.bytes : h.bytes + 4;
  }
  constexpr double kMost = 1 << 30;  // extensions of a gigabyte
  if (!(vox_offset >= static_cast<double>(h.bytes) && vox_offset <= kMost) ||
      vox_offset != std::floor(vox_offset))
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
  const auto plain = number_at<std::int32_t>(at, false);
  h.swapped = plain != kHeaderBytes && plain != kLongHeaderBytes;
  const auto length = number_at<std::int32_t>(at, h.swapped);
  const bool second = length == kLongHeaderBytes && std::memcmp(at + 4, "n+2", 4) == 0;
  if (length == kLongHeaderBytes && !second)
    throw data_error("{}: its NIfTI-2 header is damaged, it lacks its mark", file);
  if (second && bytes.size() < kLongHeaderBytes)
    throw data_error("{}: is too short for a NIfTI file; it ends early", file);
  if (!second && (length != kHeaderBytes || std::memcmp(at + 344, "n+1", 4) != 0))
    throw data_error("{}: is no NIfTI file (header and voxels in one file)", file);
  h.bytes = second ? kLongHeaderBytes : kHeaderBytes;
  second ? parse_second(at, h) : parse_first(at, h);
  return h;
}

VoxelSource open_nifti(const fs::path& path) {
  VoxelSource source(path);
  source.packed = is_gzip(source.file.bytes());
  const auto bytes = source.file.bytes();
  const NiftiHeader header = parse_nifti_header(
      source.name, source.packed ? unpack_start(source.name, bytes, kLongHeaderBytes) : bytes);
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
  (source.packed ? source.skip : source.offset) = voxel_offset(source, header);
  return source;
}

}  // namespace myoseg
