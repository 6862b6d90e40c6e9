#include "core/file_hashes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <fstream>

#include "core/error.h"
#include "core/hash.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kHashDigits = 32;
// Within this time a file may be written twice with the same time of change.
constexpr std::time_t kSettled = 2;

std::string identity(const fs::path& file, const struct stat& status) {
  return fmt::format("{} {} {}.{:09} {}.{:09} {}", status.st_size, status.st_ino,
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                     status.st_ctim.tv_nsec, fs::absolute(file).lexically_normal().string());
}

}  // namespace

FileHashes::FileHashes(fs::path memory) : memory_(std::move(memory)) {
  std::ifstream in(memory_);
  for (std::string line; std::getline(in, line);)
    if (line.size() > kHashDigits && line[kHashDigits] == ' ')
      known_[line.substr(kHashDigits + 1)] = line.substr(0, kHashDigits);
}

std::string FileHashes::operator()(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return hash_file(file);  // which says what is wrong
  const std::string key = identity(file, status);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  std::string hash = hash_file(file);
  if (std::time(nullptr) - status.st_ctim.tv_sec <= kSettled || key.find('\n') != std::string::npos)
    return hash;
  const std::lock_guard lock(mutex_);
  if (known_.emplace(key, hash).second) remember(hash + ' ' + key + '\n');
  return hash;
}

// One short write at the end of the file: lines of several processes do not mix. Where nothing can
// be written, nothing is remembered.
void FileHashes::remember(const std::string& line) const {
  std::error_code error;
  fs::create_directories(memory_.parent_path(), error);
  const int fd = ::open(memory_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(fd, line.data(), line.size());
  ::close(fd);
}

}  // namespace myoseg
