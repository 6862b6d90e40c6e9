// Compressed streams, made without the code under test, for the tests of image files.
#pragma once

#include <libdeflate.h>

#include <memory>
#include <string>

namespace myoseg::testing {

using Compress = std::size_t(libdeflate_compressor*, const void*, std::size_t, void*, std::size_t);

inline std::string packed(const std::string& bytes, Compress* compress) {
  constexpr int kLevel = 6;
  constexpr std::size_t kRoom = 100;  // for what cannot be made smaller
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
      libdeflate_alloc_compressor(kLevel), libdeflate_free_compressor);
  std::string out(bytes.size() + bytes.size() / 100 + kRoom, '\0');
  out.resize(compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  return out;
}
inline std::string gzipped(const std::string& bytes) {
  return packed(bytes, libdeflate_gzip_compress);
}
inline std::string zlibbed(const std::string& bytes) {
  return packed(bytes, libdeflate_zlib_compress);
}

}  // namespace myoseg::testing
