// Deflate streams, verified by checksum and length: gzip (RFC 1952, any number of members) and zlib
// (RFC 1950). Inside data/ only.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace myoseg {

// Zero bytes that may follow the voxels: some writers fill their last block.
inline constexpr std::size_t kMostPadding = 4095;
// No byte of a deflate stream unpacks to more.
inline constexpr std::size_t kLargestRatio = 1032;

[[nodiscard]] bool is_gzip(std::span<const std::byte> bytes);

// What `packed` holds, into `out`, which has room for the `size` bytes that its header promises and
// kMostPadding more. Error(bad_data) naming `file` when the stream is damaged, ends early, holds
// more, or when something else follows it.
void unpack(const std::string& file, std::span<const std::byte> packed, std::size_t size,
            std::span<std::byte> out);

// Its first bytes, at most `size`; not verified. Error(bad_data) when it is no such stream.
[[nodiscard]] std::vector<std::byte> unpack_start(const std::string& file,
                                                  std::span<const std::byte> packed,
                                                  std::size_t size);

}  // namespace myoseg
