// What fuzz targets have in common: bytes as a file, and errors that are answers.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "core/error.h"

namespace myoseg::fuzz {

inline std::span<const std::byte> as_bytes(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}
inline std::string as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A file in memory that holds the bytes, of this process alone.
inline std::filesystem::path as_file(const std::uint8_t* data, std::size_t size,
                                     const std::string& ending) {
  const std::filesystem::path file = "/dev/shm/myoseg_fuzz_" + std::to_string(::getpid()) + ending;
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  return file;
}

// Bad data is to be answered with an Error; anything else that is thrown ends the program.
template <class Work>
int answered(const Work& work) {
  try {
    work();
  } catch (const Error&) {
    return 0;
  }
  return 0;
}

}  // namespace myoseg::fuzz
