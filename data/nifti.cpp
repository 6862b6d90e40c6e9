#include "data/nifti.h"

#include <libdeflate.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"

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

// The bytes of a file, unpacked when it is a .gz; owns them.
class Content {
 public:
  explicit Content(const fs::path& file) : mapped_(file), bytes_(mapped_.bytes()) {
    if (file.extension() == ".gz") unpack(file.string());
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  void unpack(const std::string& file) {
    const auto packed = mapped_.bytes();
    if (packed.size() < 18 || packed[0] != std::byte{0x1f} || packed[1] != std::byte{0x8b})
      throw data_error("{}: is no gzip file although its name ends in .gz", file);
    std::uint32_t size = 0;  // the length stands in the last four bytes
    for (std::size_t i = 0; i < 4; ++i)
      size |= std::to_integer<std::uint32_t>(packed[packed.size() - 4 + i]) << (8 * i);
    constexpr std::size_t kLargestRatio = 1032;  // of the deflate format
    std::size_t in = 0, out = 0;
    libdeflate_result result = LIBDEFLATE_BAD_DATA;
    if (size / kLargestRatio <= packed.size()) {
      unpacked_.reset(new std::byte[size]);  // not zeroed: a gigabyte need not be written twice
      const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> unpacker(
          libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
      result = libdeflate_gzip_decompress_ex(unpacker.get(), packed.data(), packed.size(),
                                             unpacked_.get(), size, &in, &out);
    }
    if (result != LIBDEFLATE_SUCCESS || in != packed.size())
      throw data_error(
          "{}: its gzip stream is damaged or ends early; copy or export the file again", file);
    bytes_ = {unpacked_.get(), out};
  }

  MappedFile mapped_;
  std::unique_ptr<std::byte[]> unpacked_;
  std::span<const std::byte> bytes_;
};

template <class T>
void convert(const std::byte* from, const NiftiHeader& h, std::vector<float>& out) {
  const double slope = h.scl_slope, inter = h.scl_inter;
  const bool scaled =
      std::isfinite(slope) && std::isfinite(inter) && slope != 0 && !(slope == 1 && inter == 0);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const T value = number_at<T>(from + i * sizeof(T), h.swapped);
    out[i] = scaled ? static_cast<float>(static_cast<double>(value) * slope + inter)
                    : static_cast<float>(value);
  }
}

struct Type {
  int code;
  std::size_t bytes;
  void (*convert)(const std::byte*, const NiftiHeader&, std::vector<float>&);
};
constexpr Type kTypes[] = {
    {2, 1, convert<std::uint8_t>},    {4, 2, convert<std::int16_t>},
    {8, 4, convert<std::int32_t>},    {16, 4, convert<float>},
    {64, 8, convert<double>},         {256, 1, convert<std::int8_t>},
    {512, 2, convert<std::uint16_t>}, {768, 4, convert<std::uint32_t>},
    {1024, 8, convert<std::int64_t>}, {1280, 8, convert<std::uint64_t>},
};

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

Image read_nifti(const fs::path& path, bool with_voxels) {
  const std::string file = path.string();
  const Content content(path);
  const NiftiHeader header = parse_nifti_header(file, content.bytes());
  std::string warning;
  Image image;
  image.geometry = nifti_geometry(file, header, warning);
  if (!warning.empty()) log::warn("{} {}", file, warning);
  const Type* type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const Type& t) { return t.code == header.datatype; });
  if (type == std::end(kTypes))
    throw data_error(
        "{}: holds voxels of NIfTI type {} (colour, complex or unknown), not real "
        "numbers",
        file, header.datatype);
  const auto voxels = static_cast<std::size_t>(image.geometry.voxels());
  const double offset = header.vox_offset;
  const auto size = static_cast<double>(content.bytes().size());
  if (!(offset >= kHeaderBytes) || !(offset + static_cast<double>(voxels * type->bytes) <= size))
    throw data_error("{}: ends early: {} bytes of voxels where its header promises {}", file,
                     std::max(0.0, size - offset), voxels * type->bytes);
  if (!with_voxels) return image;
  image.voxels.resize(voxels);
  type->convert(content.bytes().data() + static_cast<std::size_t>(offset), header, image.voxels);
  return image;
}

}  // namespace myoseg
