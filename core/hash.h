// Content hashes (XXH3, 128 bit) that name caches and runs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
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

// A hash counts while the file's size, inode and times of writing and of change are those it was
// made from; the time of change cannot be set back, so a rewritten file is always read again.
class FileHashes {
 public:
  // `memory` is made when it is missing; lines that cannot be read are ignored.
  explicit FileHashes(std::filesystem::path memory);

  // hash_file(file). Threads and processes may share the memory. Error(bad_data) when unreadable.
  [[nodiscard]] std::string operator()(const std::filesystem::path& file);

 private:
  void remember(const std::string& line) const;

  std::filesystem::path memory_;
  std::mutex mutex_;
  std::map<std::string, std::string> known_;  // path with size, inode and times -> hash
};

}  // namespace myoseg
