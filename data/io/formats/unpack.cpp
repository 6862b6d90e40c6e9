#include "data/io/formats/unpack.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>

#include "core/error.h"

namespace myoseg {
namespace {

using Bytes = std::span<const std::byte>;

// CM 8 and a header checksum (RFC 1950, section 2.2).
bool is_zlib(Bytes packed) {
  if (packed.size() < 2) return false;
  const auto cmf = std::to_integer<unsigned>(packed[0]),
             flags = std::to_integer<unsigned>(packed[1]);
  return (cmf & 15) == 8 && (cmf * 256 + flags) % 31 == 0;
}

void require_stream(const std::string& file, Bytes packed) {
  if (!is_gzip(packed) && !is_zlib(packed))
    throw data_error("{}: its compressed voxels are no gzip or zlib stream", file);
}

bool only_zeros(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

bool is_gzip(Bytes packed) {
  return packed.size() > 2 && packed[0] == std::byte{0x1f} && packed[1] == std::byte{0x8b};
}

void unpack(const std::string& file, Bytes packed, std::size_t size, std::span<std::byte> out) {
  require_stream(file, packed);
  if (size / kLargestRatio > packed.size())
    throw data_error(
        "{}: ends early: its header promises {} bytes, which {} compressed bytes cannot hold", file,
        size, packed.size());
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> unpacker(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!unpacker) throw std::bad_alloc();
  const bool gzip = is_gzip(packed);
  std::size_t done = 0;
  do {  // gzip streams may follow one another
    std::size_t in = 0, written = 0;
    const auto room = out.subspan(done);
    const auto result = (gzip ? libdeflate_gzip_decompress_ex : libdeflate_zlib_decompress_ex)(
        unpacker.get(), packed.data(), packed.size(), room.data(), room.size(), &in, &written);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
      throw data_error("{}: holds more than the {} bytes that its header promises", file, size);
    if (result != LIBDEFLATE_SUCCESS)
      throw data_error(
          "{}: its compressed stream is damaged or ends early; copy or export the file again",
          file);
    done += written;
    packed = packed.subspan(in);
  } while (gzip && is_gzip(packed));
  if (!only_zeros(packed))
    throw data_error("{}: its compressed stream is followed by {} bytes of something else", file,
                     packed.size());
  if (done < size)
    throw data_error("{}: ends early: it holds {} bytes where its header promises {}", file, done,
                     size);
  if (!only_zeros(out.first(done).subspan(size)))
    throw data_error("{}: holds {} bytes where its header promises {}", file, done, size);
}

std::vector<std::byte> unpack_start(const std::string& file, Bytes packed, std::size_t size) {
  require_stream(file, packed);
  constexpr std::size_t kEnough = std::size_t{1} << 20;  // of packed bytes, for a start
  constexpr int kEitherFormat = 32 + MAX_WBITS;
  std::vector<std::byte> out(size);
  z_stream stream{};
  if (inflateInit2(&stream, kEitherFormat) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream.avail_in = static_cast<uInt>(std::min(packed.size(), kEnough));
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(size);
  int result = inflate(&stream, Z_SYNC_FLUSH);
  // A first member may be shorter than what is wanted.
  while (result == Z_STREAM_END && stream.avail_out > 0 && stream.avail_in > 0 &&
         inflateReset(&stream) == Z_OK)
    result = inflate(&stream, Z_SYNC_FLUSH);
  out.resize(size - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

}  // namespace myoseg
