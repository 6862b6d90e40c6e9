#include "data/io/dicom/stream.h"

#include <algorithm>

#include "core/error.h"

namespace myoseg {
namespace {

using Bytes = std::span<const std::byte>;

std::uint32_t big(Bytes bytes, std::size_t at, std::size_t length) {
  std::uint32_t out = 0;
  for (std::size_t i = at; i < at + length; ++i)
    out = out << 8 | (i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i]) : 0);
  return out;
}

bool is_jpeg(Bytes bytes) { return big(bytes, 0, 3) == 0xFFD8FF; }
// A codestream, or one in the boxes of a .jp2 file, which some writers leave around it.
bool is_jpeg2000(Bytes bytes) {
  return big(bytes, 0, 4) == 0xFF4FFF51 || big(bytes, 0, 4) == 0x0000000C;
}

// A frame header (SOF, T.81 table B.2; T.87 for JPEG-LS), found from marker to marker.
std::optional<FrameStream> jpeg_header(Bytes bytes) {
  for (std::size_t at = 2; at + 10 <= bytes.size();) {
    const std::uint32_t marker = big(bytes, at, 2);
    if (marker == 0xFFFF) {  // fill
      ++at;
      continue;
    }
    if (marker >> 8 != 0xFF || marker == 0xFFDA) return std::nullopt;  // the scan begins
    const bool table = marker == 0xFFC4 || marker == 0xFFC8 || marker == 0xFFCC;
    const bool ls = marker == 0xFFF7;
    if ((marker >= 0xFFC0 && marker <= 0xFFCF && !table) || ls)
      return FrameStream{ls ? Compression::jpeg_ls : Compression::jpeg,
                         big(bytes, at + 5, 2),
                         big(bytes, at + 7, 2),
                         static_cast<int>(big(bytes, at + 9, 1)),
                         static_cast<int>(big(bytes, at + 4, 1)),
                         false};
    at += 2 + big(bytes, at + 2, 2);
  }
  return std::nullopt;
}

// The size marker (SIZ, T.800 A.5.1), which comes first.
std::optional<FrameStream> jpeg2000_header(Bytes bytes) {
  if (big(bytes, 0, 4) != 0xFF4FFF51) {  // the codestream's box is somewhere in the file
    constexpr std::byte kStart[] = {std::byte{0xFF}, std::byte{0x4F}, std::byte{0xFF},
                                    std::byte{0x51}};
    const auto found =
        std::search(bytes.begin(), bytes.end(), std::begin(kStart), std::end(kStart));
    bytes = bytes.subspan(static_cast<std::size_t>(found - bytes.begin()));
  }
  if (bytes.size() < 45) return std::nullopt;
  const auto extent = [&](std::size_t at) {
    return std::int64_t{big(bytes, at, 4)} - std::int64_t{big(bytes, at + 8, 4)};
  };
  const std::uint32_t depth = big(bytes, 42, 1);
  return FrameStream{Compression::jpeg_2000,
                     extent(12),
                     extent(8),
                     static_cast<int>(big(bytes, 40, 2)),
                     static_cast<int>(depth & 0x7F) + 1,
                     depth >> 7 == 1};
}

// Whether the last marker but padding is the end of the image.
bool ends(Bytes bytes) {
  std::size_t size = bytes.size();
  while (size > 2 && (bytes[size - 1] == std::byte{0} || bytes[size - 1] == std::byte{0xFF}))
    --size;
  return size >= 2 && big(bytes, size - 2, 2) == 0xFFD9;
}

// One segment (a byte plane) of PackBits as PS3.5 annex G has it: the bytes it unpacks to, or 0
// when it is cut off or more follows than padding.
std::size_t unpacked(Bytes segment, std::size_t wanted) {
  std::size_t out = 0, at = 0;
  while (at < segment.size() && out < wanted) {
    const std::uint32_t code = big(segment, at, 1);
    if (code == 128) {
      ++at;
      continue;
    }
    const std::size_t takes = code < 128 ? code + 1 : 1;
    if (at + 1 + takes > segment.size()) return 0;
    out += code < 128 ? code + 1 : 257 - code;
    at += 1 + takes;
  }
  const Bytes rest = segment.subspan(at);
  const bool padding =
      std::all_of(rest.begin(), rest.end(), [](std::byte b) { return b == std::byte{0}; });
  return padding ? out : 0;
}

std::uint32_t little(Bytes bytes, std::size_t at) {
  return big(bytes, at, 1) | big(bytes, at + 1, 1) << 8 | big(bytes, at + 2, 1) << 16 |
         big(bytes, at + 3, 1) << 24;
}

// Bytes of all samples that belong together; bits lie packed in one plane.
std::uint32_t plane_count(const DicomPixels& p) {
  return static_cast<std::uint32_t>(p.samples * std::max(p.allocated / 8, 1));
}
std::size_t plane_bytes(const DicomPixels& p) {
  const auto pixels = static_cast<std::size_t>(p.rows * p.columns);
  return p.allocated == 1 ? (pixels + 7) / 8 : pixels;
}

void require_run_lengths(Bytes bytes, const DicomPixels& pixels, const std::string& name) {
  const std::uint32_t planes = plane_count(pixels);
  const std::size_t wanted = plane_bytes(pixels);
  bool fits = bytes.size() >= 64 && little(bytes, 0) == planes;
  for (std::uint32_t i = 0; fits && i < planes; ++i) {
    const std::size_t from = little(bytes, 4 + 4 * i);
    const std::size_t to = i + 1 < planes ? little(bytes, 8 + 4 * i) : bytes.size();
    fits = from >= 64 && from <= to && to <= bytes.size() &&
           unpacked(bytes.subspan(from, to - from), wanted) == wanted;
  }
  if (!fits)
    throw data_error(
        "{}: its compressed pixels (RLE) are not the {} x {} of {} bits that its header says, or "
        "are damaged; export the scan again",
        name, pixels.rows, pixels.columns, pixels.allocated);
}

void require_same(const FrameStream& stream, const DicomPixels& p, const std::string& name) {
  if (stream.rows != p.rows || stream.columns != p.columns || stream.samples != p.samples)
    throw data_error(
        "{}: its header says {} x {} pixels of {} values but its compressed pixels are {} x {} of "
        "{}; export the scan again",
        name, p.rows, p.columns, p.samples, stream.rows, stream.columns, stream.samples);
  // More bits than stored may be overlays; with fewer the sign would be looked for in vain.
  const bool bits = stream.bits <= p.allocated && p.high + 1 == p.stored &&
                    (stream.bits >= p.stored || (!p.is_signed && stream.bits > p.allocated - 8));
  if (!bits || (stream.is_signed && !p.is_signed))
    throw data_error(
        "{}: its header says {} bits stored of {} allocated, the highest {}, {}signed, but its "
        "compressed pixels have {} bits, {}signed; decompress it with gdcmconv --raw and check it",
        name, p.stored, p.allocated, p.high, p.is_signed ? "" : "un", stream.bits,
        stream.is_signed ? "" : "un");
}

// Where the segments begin and end; the last one is given the rest.
Bytes segment_of(Bytes bytes, std::uint32_t i, std::uint32_t planes) {
  const std::size_t from = little(bytes, 4 + 4 * std::size_t{i});
  const std::size_t to = i + 1 < planes ? little(bytes, 8 + 4 * std::size_t{i}) : bytes.size();
  return bytes.subspan(from, to - from);
}

// Bytes of a segment, in the places of `out` that are `step` apart.
void unpack_segment(Bytes segment, std::byte* out, std::size_t step, std::size_t wanted) {
  std::size_t made = 0;
  for (std::size_t at = 0; made < wanted;) {
    const std::uint32_t code = big(segment, at++, 1);
    if (code == 128) continue;
    const std::size_t count =
        std::min<std::size_t>(code < 128 ? code + 1 : 257 - code, wanted - made);
    for (std::size_t i = 0; i < count; ++i) out[step * made++] = segment[at + (code < 128 ? i : 0)];
    at += code < 128 ? code + 1 : 1;
  }
}

}  // namespace

FrameStream require_stream(const DicomFile& file, const DicomPixels& pixels, Bytes stream,
                           const std::string& name) {
  if (pixels.rows * pixels.columns > std::int64_t{1} << 28)
    throw data_error("{}: {} x {} compressed pixels are more than the 2^28 that are read", name,
                     pixels.rows, pixels.columns);
  if (file.syntax == "1.2.840.10008.1.2.5") {
    require_run_lengths(stream, pixels, name);
    return {Compression::run_lengths, pixels.rows,      pixels.columns,
            pixels.samples,           pixels.allocated, pixels.is_signed};
  }
  if (!is_jpeg(stream) && !is_jpeg2000(stream))
    throw data_error(
        "{}: its pixels are compressed in a way that is not read (transfer syntax {}); decompress "
        "it with gdcmconv --raw",
        name, file.syntax);
  auto header = is_jpeg(stream) ? jpeg_header(stream) : jpeg2000_header(stream);
  if (!header || !ends(stream))
    throw data_error("{}: its compressed pixels are damaged or end early; export the scan again",
                     name);
  require_same(*header, pixels, name);
  return *header;
}

std::vector<std::byte> unpack_run_lengths(const DicomPixels& pixels, Bytes stream) {
  const auto bytes = static_cast<std::uint32_t>(std::max(pixels.allocated / 8, 1));
  const std::uint32_t planes = plane_count(pixels);
  const std::size_t wanted = plane_bytes(pixels);
  std::vector<std::byte> out(wanted * planes);
  for (std::uint32_t i = 0; i < planes; ++i) {  // the highest byte of each sample first
    const std::uint32_t sample = i / bytes, place = bytes - 1 - i % bytes;
    unpack_segment(segment_of(stream, i, planes), out.data() + sample * bytes + place, planes,
                   wanted);
  }
  return out;
}

}  // namespace myoseg
