#include "core/hash.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <ctime>
#include <fstream>

#include "core/error.h"
#include "core/files.h"

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

struct Hasher::State {
  XXH3_state_t* xxh = XXH3_createState();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { XXH3_freeState(xxh); }
};

Hasher::Hasher() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->xxh); }
Hasher::~Hasher() = default;

Hasher& Hasher::add(std::span<const std::byte> bytes) {
  XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
  return *this;
}

Hasher& Hasher::add(std::string_view text) {
  const std::uint64_t length = text.size();
  add(std::as_bytes(std::span(&length, 1)));
  return add(std::as_bytes(std::span(text)));
}

std::string Hasher::hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->xxh);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string hash_text(std::string_view text) { return Hasher().add(text).hex(); }

std::string hash_file(const std::filesystem::path& file) {
  return Hasher().add(MappedFile(file).bytes()).hex();
}

FileHashes::FileHashes(fs::path memory) : memory_(std::move(memory)) {
  std::ifstream in(memory_);
  for (std::string line; std::getline(in, line);)
    if (line.size() > kHashDigits && line[kHashDigits] == ' ')
      known_[line.substr(kHashDigits + 1)] = line.substr(0, kHashDigits);
}

std::string FileHashes::operator()(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return hash_file(file);  // throws the right sentence
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
