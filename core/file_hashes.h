// Content hashes of files, remembered on disk so that large data sets are read once.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

namespace myoseg {

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
