// Content hashes (XXH3, 128 bit) that name caches and runs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace myoseg {

class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher& add(std::span<const std::byte> bytes);
  Hasher& add(
      std::string_view text);  // its length counts too, so ("ab","c") differs from ("a","bc")
  [[nodiscard]] std::string hex() const;  // 32 hexadecimal digits

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string hash_text(std::string_view text);
[[nodiscard]] std::string hash_file(
    const std::filesystem::path& file);  // throws Error(bad_data) when unreadable

}  // namespace myoseg
