// PNG (ISO/IEC 15948): chunks held against the file, then the filtered rows of one or seven passes.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "data/io/formats/picture.h"
#include "data/io/formats/unpack.h"

namespace myoseg {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::int64_t kMostPixels = std::int64_t{1} << 28;

std::string_view text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint32_t big_endian(Bytes bytes) {
  std::uint32_t value = 0;
  for (const std::byte b : bytes.first(4)) value = value << 8U | std::to_integer<unsigned>(b);
  return value;
}

struct Chunk {
  std::string_view type;
  Bytes data;
};

// In the order of the file, up to the end's. Their sums are left to the stream's own.
std::vector<Chunk> chunks_of(Bytes bytes, const std::string& name) {
  if (!text(bytes).starts_with(kSignature))
    throw data_error("{}: is named like a PNG but is none", name);
  bytes = bytes.subspan(kSignature.size());
  std::vector<Chunk> chunks;
  while (chunks.empty() || chunks.back().type != "IEND") {
    constexpr std::size_t kAround = 12;  // length, type, sum
    const std::size_t length = bytes.size() >= kAround ? big_endian(bytes) : 0;
    if (bytes.size() < kAround || length > bytes.size() - kAround)
      throw data_error("{}: ends early, its picture is not complete; copy or export it again",
                       name);
    chunks.push_back({text(bytes.subspan(4, 4)), bytes.subspan(8, length)});
    bytes = bytes.subspan(kAround + length);
  }
  return chunks;
}

Picture header_of(const std::vector<Chunk>& chunks, const std::string& name) {
  if (chunks.front().type != "IHDR" || chunks.front().data.size() != 13)
    throw data_error("{}: does not begin with a PNG header; export it again", name);
  const Bytes data = chunks.front().data;
  const auto byte = [&](std::size_t at) { return std::to_integer<int>(data[at]); };
  Picture p;
  p.width = big_endian(data), p.height = big_endian(data.subspan(4));
  p.bits = byte(8);
  const int colour = byte(9);
  p.interlaced = byte(12) == 1;
  if (p.width < 1 || p.height < 1 || p.width > kMostPixels / p.height)
    throw data_error("{}: has {} x {} pixels by its header, which is no picture that is read", name,
                     p.width, p.height);
  if (colour == 3) throw data_error("{}: has a palette of colours; export the image in grey", name);
  if (p.bits != 8 && p.bits != 16)
    throw data_error("{}: has {} bits a value; pictures of 8 and 16 bits are read", name, p.bits);
  constexpr std::array kSamples{1, 0, 3, 0, 2, 0, 4};
  p.samples = colour < 7 ? kSamples[static_cast<std::size_t>(colour)] : 0;
  if (p.samples == 0 || byte(10) != 0 || byte(11) != 0 || byte(12) > 1)
    throw data_error("{}: its PNG header is damaged; export it again", name);
  if (std::any_of(chunks.begin(), chunks.end(), [](const Chunk& c) { return c.type == "acTL"; }))
    throw data_error("{}: is an animated PNG; give one picture", name);
  return p;
}

// Of the pixels that are stored together: all of them, or one of the seven passes of Adam7.
struct Pass {
  std::int64_t x0 = 0, y0 = 0, dx = 1, dy = 1;

  [[nodiscard]] std::int64_t columns(const Picture& p) const {
    return (p.width - x0 + dx - 1) / dx;
  }
  [[nodiscard]] std::int64_t rows(const Picture& p) const { return (p.height - y0 + dy - 1) / dy; }
};

std::vector<Pass> passes_of(const Picture& p) {
  if (!p.interlaced) return {Pass{}};
  std::vector<Pass> passes{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                           {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
  std::erase_if(passes, [&](const Pass& a) { return a.columns(p) < 1 || a.rows(p) < 1; });
  return passes;
}

int paeth(int left, int up, int corner) {
  const int p = left + up - corner;
  const int a = std::abs(p - left), b = std::abs(p - up), c = std::abs(p - corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

// Undoes a row's filter in place; `before`: the row above, empty for the first.
void unfilter(int filter, std::span<std::byte> row, Bytes before, std::size_t pixel) {
  const auto number = [](Bytes bytes, std::size_t i) {
    return i < bytes.size() ? std::to_integer<int>(bytes[i]) : 0;
  };
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int up = number(before, i), left = i >= pixel ? number(row, i - pixel) : 0,
              corner = i >= pixel ? number(before, i - pixel) : 0;
    const std::array predicted{0, left, up, (left + up) / 2, paeth(left, up, corner)};
    row[i] = static_cast<std::byte>(number(row, i) + predicted[static_cast<std::size_t>(filter)]);
  }
}

// The stream's rows, each behind the number of its filter, to values in the picture's order.
std::vector<std::byte> values_of(const Picture& p, std::span<std::byte> stream,
                                 const std::string& name) {
  const std::size_t pixel = static_cast<std::size_t>(p.samples * p.bits / 8);
  std::vector<std::byte> out(p.bytes());
  for (const Pass& pass : passes_of(p)) {
    const std::size_t length = static_cast<std::size_t>(pass.columns(p)) * pixel;
    std::span<std::byte> before;
    for (std::int64_t r = 0; r < pass.rows(p); ++r) {
      const int filter = std::to_integer<int>(stream.front());
      if (filter > 4) throw data_error("{}: its pixels are damaged; export it again", name);
      const auto row = stream.subspan(1, length);
      unfilter(filter, row, before, pixel);
      for (std::int64_t c = 0; c < pass.columns(p); ++c)
        std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(c) * pixel),
                    pixel,
                    out.begin() + ((pass.y0 + r * pass.dy) * p.width + pass.x0 + c * pass.dx) *
                                      static_cast<std::ptrdiff_t>(pixel));
      before = row;
      stream = stream.subspan(1 + length);
    }
  }
  if (p.bits == 16 && std::endian::native == std::endian::little)
    for (std::size_t i = 0; i + 1 < out.size(); i += 2) std::swap(out[i], out[i + 1]);
  return out;
}

std::size_t stream_bytes(const Picture& p) {
  std::size_t bytes = 0;
  for (const Pass& pass : passes_of(p))
    bytes += static_cast<std::size_t>(pass.rows(p)) *
             (1 + static_cast<std::size_t>(pass.columns(p) * p.samples * p.bits / 8));
  return bytes;
}

}  // namespace

Picture png_header(Bytes bytes, const std::string& name) {
  return header_of(chunks_of(bytes, name), name);
}

Image read_png(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  const std::string name = file.string();
  const std::vector<Chunk> chunks = chunks_of(mapped.bytes(), name);
  const Picture picture = header_of(chunks, name);
  std::vector<std::byte> packed;
  for (const Chunk& chunk : chunks)
    if (chunk.type == "IDAT") packed.insert(packed.end(), chunk.data.begin(), chunk.data.end());
  const std::size_t size = stream_bytes(picture);
  if (size / kLargestRatio > packed.size())
    throw data_error(
        "{}: ends early: its header promises {} x {} pixels, which {} compressed bytes cannot hold",
        name, picture.width, picture.height, packed.size());
  std::vector<std::byte> stream(size);  // no room for more
  unpack(name, packed, size, stream);
  return grey_image(picture, values_of(picture, stream, name), name);
}

}  // namespace myoseg
