#include "data/io/dicom/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace myoseg {
namespace {

constexpr std::uint32_t kModality = 0x00080060;
constexpr std::uint32_t kSamples = 0x00280002, kPhotometric = 0x00280004, kFrames = 0x00280008;
constexpr std::uint32_t kRows = 0x00280010, kColumns = 0x00280011;
constexpr std::uint32_t kAllocated = 0x00280100, kStored = 0x00280101, kHigh = 0x00280102;
constexpr std::uint32_t kSigned = 0x00280103;
constexpr std::uint32_t kIntercept = 0x00281052, kSlope = 0x00281053, kRescaleType = 0x00281054;
constexpr std::uint32_t kModalityLut = 0x00283000;
constexpr std::uint32_t kTransformation = 0x00289145, kDoseScaling = 0x3004000E;

int required(const DicomFile& file, const std::string& name, std::uint32_t tag, const char* what) {
  const auto value = file.number(tag);
  if (!value)
    throw data_error("{}: has no valid {} in its header; export the scan again", name, what);
  return *value;
}

void require_layout(const DicomPixels& p, const std::string& name) {
  if (p.rows < 1 || p.columns < 1)
    throw data_error("{}: has {} rows and {} columns", name, p.rows, p.columns);
  if (p.allocated != 1 && p.allocated != 8 && p.allocated != 16 && p.allocated != 32)
    throw data_error("{}: takes {} bits per pixel (Bits Allocated), not 1, 8, 16 or 32", name,
                     p.allocated);
  if (p.stored < 1 || p.stored > p.high + 1 || p.high >= p.allocated)
    throw data_error(
        "{}: its header contradicts itself: {} bits stored of {} allocated, the highest is {}",
        name, p.stored, p.allocated, p.high);
}

// Whether the stored values run against the meant ones: in a radiograph that says low is white. In
// any other scan that concerns the display alone.
bool inverted(const DicomFile& file, const std::string& name) {
  const std::string photometric = file.text(kPhotometric);
  if (photometric == "MONOCHROME1") return is_radiograph(file.text(kModality));
  if (photometric != "MONOCHROME2")
    throw data_error("{}: its pixels are of kind '{}' (Photometric Interpretation), not grey", name,
                     photometric);
  return false;
}

void read_rescale(const DicomFile& file, const DicomItem& where, const std::string& name,
                  DicomPixels& p) {
  const bool ct = file.text(kModality) == "CT";
  if (where.has(kModalityLut))
    throw data_error(
        "{}: its values go through a table (Modality LUT), which is not read; convert it to "
        ".nii.gz",
        name);
  const std::string unit = where.text(kRescaleType);
  const auto slope = where.decimal(kSlope), intercept = where.decimal(kIntercept);
  // US is "unspecified"; label maps and other derived images are such a CT with a rescale that
  // changes nothing, whose values are the stored ones.
  const bool as_stored = unit == "US" && slope == 1.0 && intercept == 0.0;
  if (ct && !unit.empty() && unit != "HU" && !as_stored)
    throw data_error("{}: its values are in '{}' (Rescale Type), not in Hounsfield units", name,
                     unit);
  if (!where.has(kSlope) && !where.has(kIntercept)) {
    if (ct)
      throw data_error(
          "{}: is a CT without Rescale Slope and Intercept, so its Hounsfield units are unknown; "
          "export the original scan",
          name);
    return;
  }
  if (!slope || !intercept || *slope == 0)
    throw data_error(
        "{}: its Rescale Slope is '{}' and its Rescale Intercept '{}', so its values are unknown; "
        "export the original scan",
        name, where.text(kSlope), where.text(kIntercept));
  p.slope = *slope, p.intercept = *intercept;
}

template <class T>
void convert(const DicomPixels& p, std::span<const std::byte> raw, std::span<float> out) {
  const int shift = p.high + 1 - p.stored;
  const std::int64_t mask = (std::int64_t{1} << p.stored) - 1;
  const std::int64_t sign = p.is_signed ? std::int64_t{1} << (p.stored - 1) : 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    T number{};
    std::copy_n(raw.data() + i * sizeof(T), sizeof(T), reinterpret_cast<std::byte*>(&number));
    const std::int64_t bits = std::int64_t{number} >> shift & mask;
    std::int64_t value = (bits ^ sign) - sign;  // two's complement of `stored` bits
    if (p.inverted) value = (p.is_signed ? -1 : mask) - value;
    out[i] = static_cast<float>(static_cast<double>(value) * p.slope + p.intercept);
  }
}

// The bytes of numbers of `size` bytes turned round.
std::vector<std::byte> swapped(std::span<const std::byte> raw, std::size_t size) {
  std::vector<std::byte> out(raw.begin(), raw.end());
  for (std::size_t i = 0; i + size <= out.size(); i += size)
    std::reverse(out.begin() + static_cast<std::ptrdiff_t>(i),
                 out.begin() + static_cast<std::ptrdiff_t>(i + size));
  return out;
}

}  // namespace

bool is_radiograph(const std::string& modality) {
  constexpr std::array<std::string_view, 8> kRadiographs{"CR", "DX", "MG", "RG",
                                                         "RF", "XA", "IO", "PX"};
  return std::find(kRadiographs.begin(), kRadiographs.end(), modality) != kRadiographs.end();
}

DicomPixels pixel_layout(const DicomFile& file, const std::string& name) {
  DicomPixels p;
  p.rows = required(file, name, kRows, "Rows");
  p.columns = required(file, name, kColumns, "Columns");
  p.samples = required(file, name, kSamples, "Samples per Pixel");
  const double frames = file.has(kFrames) ? file.decimal(kFrames).value_or(0) : 1;
  if (!(frames >= 1 && frames <= 1e6) || frames != std::floor(frames))
    throw data_error("{}: its Number of Frames is '{}'", name, file.text(kFrames));
  p.frames = static_cast<std::int64_t>(frames);
  p.allocated = required(file, name, kAllocated, "Bits Allocated");
  p.stored = required(file, name, kStored, "Bits Stored");
  p.high = required(file, name, kHigh, "High Bit");
  const int sign = required(file, name, kSigned, "Pixel Representation");
  if (sign > 1) throw data_error("{}: its Pixel Representation is {}, not 0 or 1", name, sign);
  p.is_signed = sign == 1;
  require_layout(p, name);
  return p;
}

DicomPixels pixels_of(const DicomFile& file, const FrameGroups& groups, std::size_t frame,
                      const std::string& name) {
  DicomPixels p = pixel_layout(file, name);
  if (p.samples != 1) return p;  // not read, and no values are asked for
  p.inverted = inverted(file, name);
  const DicomItem transformation = groups.of(frame, kTransformation);
  read_rescale(file, transformation.elements.empty() ? file : transformation, name, p);
  if (const auto scaling = file.decimal(kDoseScaling)) p.slope = *scaling;  // Gy, PS3.3 C.8.8.3
  return p;
}

void to_values(const DicomPixels& pixels, std::span<const std::byte> raw, std::span<float> out) {
  if (pixels.allocated == 8) return convert<std::uint8_t>(pixels, raw, out);
  if (pixels.allocated == 16) return convert<std::uint16_t>(pixels, raw, out);
  convert<std::uint32_t>(pixels, raw, out);
}

std::span<const std::byte> native_bytes(const DicomFile& file, const DicomPixels& pixels,
                                        const std::string& name) {
  const auto raw = file.pixels.front();
  if (raw.size() < pixels.bytes())
    throw data_error(
        "{}: ends early, its pixels are not complete: {} bytes for {}{} x {} pixels of {} bits; "
        "copy or export the scan again",
        name, raw.size(), pixels.frames > 1 ? fmt::format("{} frames of ", pixels.frames) : "",
        pixels.rows, pixels.columns, pixels.allocated);
  // Some writers pad, but no row or column may be there that the header does not know of.
  const auto rest = raw.subspan(pixels.bytes());
  constexpr std::size_t kPadding = 512;
  const bool padding =
      rest.size() <= 1 ||
      (rest.size() <= kPadding &&
       std::all_of(rest.begin(), rest.end(), [](std::byte b) { return b == std::byte{0}; }));
  if (!padding)
    throw data_error(
        "{}: holds {} bytes of pixels where its header says {} ({} x {} pixels of {} bits); export "
        "the scan again",
        name, raw.size(), pixels.bytes(), pixels.rows, pixels.columns, pixels.allocated);
  return raw.first(pixels.bytes());
}

void native_values(const DicomFile& file, const DicomPixels& pixels, const std::string& name,
                   std::size_t frame, std::span<float> out) {
  const std::size_t size = pixels.frame_bytes();
  const auto all = native_bytes(file, pixels, name);
  const auto sample = static_cast<std::size_t>(pixels.allocated / 8);
  const bool big_machine = std::endian::native == std::endian::big;
  const std::size_t unit = sample == 1 && file.words ? 2 : sample;  // what was written as a whole
  if (file.big_endian == big_machine || unit == 1)
    return to_values(pixels, all.subspan(frame * size, size), out);
  // A frame of an odd number of bytes begins or ends inside a word.
  const std::size_t begin = frame * size / unit * unit;
  const std::size_t end =
      std::min((frame * size + size + unit - 1) / unit * unit, file.pixels.front().size());
  const auto turned = swapped(file.pixels.front().subspan(begin, end - begin), unit);
  to_values(pixels, std::span(turned).subspan(frame * size - begin, size), out);
}

}  // namespace myoseg
