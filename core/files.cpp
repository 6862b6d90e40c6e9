#include "core/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/process.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string reason() { return std::generic_category().message(errno); }

std::string temporary_prefix() { return ".tmp-" + machine_id() + '-'; }

// ".seg.nrrd" of "scan.seg.nrrd": libraries go by it. A long name's last part only, so that the
// temporary name is never too long.
std::string ending_of(const fs::path& file) {
  constexpr std::size_t kLongest = 16;
  const std::string name = file.filename().string();
  const std::size_t dot = name.find('.', name.size() > kLongest ? name.size() - kLongest : 0);
  return dot == std::string::npos ? "" : name.substr(dot);
}

// A name beside `file` that no other process or thread uses, with the same ending.
fs::path temporary_name(const fs::path& file) {
  static std::atomic<unsigned> counter{0};
  return file.parent_path() /
         fmt::format("{}{}-{}-x{}", temporary_prefix(), ::getpid(), counter++, ending_of(file));
}

const char* kind_of(fs::file_type type) {
  switch (type) {
    case fs::file_type::directory:
      return "a folder";
    case fs::file_type::fifo:
      return "a pipe";
    case fs::file_type::socket:
      return "a socket";
    default:
      return "a device";
  }
}

// The file that is written for this name: where its links lead, and nothing but a file.
fs::path target_of(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw usage_error("cannot write {}: it is {}, not a file; name a file", file.string(),
                      kind_of(status.type()));
  fs::path target = file;
  constexpr int kMostLinks = 40;  // as the kernel follows
  for (int links = 0; fs::is_symlink(fs::symlink_status(target, error)); ++links) {
    if (links == kMostLinks)
      throw usage_error("cannot write {}: it is a link that leads in a circle", file.string());
    target = target.parent_path() / fs::read_symlink(target, error);
  }
  return target;
}

struct FileIdentity {
  dev_t device;
  ino_t number;
  auto operator<=>(const FileIdentity&) const = default;
};
std::optional<FileIdentity> identity_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

void sync(const fs::path& path, const fs::path& file) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0)
    throw failure("cannot write {}: {}", file.string(), reason());
}

}  // namespace

std::string read_file(const fs::path& file) {
  const auto bytes = MappedFile(file);
  return {reinterpret_cast<const char*>(bytes.bytes().data()), bytes.bytes().size()};
}

void write_file(const fs::path& file, std::string_view bytes) {
  write_file_with(file, [&](const fs::path& temporary) {
    const Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (fd.get() < 0) throw failure("cannot write {}: {}", file.string(), reason());
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw failure("cannot write {}: {}", file.string(), reason());
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  });
}

void write_file_with(const fs::path& named, const std::function<void(const fs::path&)>& write) {
  std::error_code error;
  const fs::path file = target_of(named);
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error)
    throw failure("cannot make the folder {}: {}", file.parent_path().string(), error.message());
  const fs::path temporary = temporary_name(file);
  try {
    write(temporary);
    sync(temporary, file);
    fs::rename(temporary, file, error);
    if (error) throw failure("cannot write {}: {}", file.string(), error.message());
    sync(file.has_parent_path() ? file.parent_path() : fs::path("."), file);
  } catch (...) {
    fs::remove(temporary, error);
    throw;
  }
}

void keep_inputs(std::span<const fs::path> inputs, std::span<const fs::path> outputs) {
  std::map<FileIdentity, const fs::path*> kept;
  for (const fs::path& input : inputs)
    if (const auto identity = identity_of(input)) kept.emplace(*identity, &input);
  for (const fs::path& output : outputs) {
    const auto identity = identity_of(output);
    const auto replaced = identity ? kept.find(*identity) : kept.end();
    if (replaced == kept.end()) continue;
    throw usage_error("{} is read by this command and would be written over{}; write elsewhere",
                      replaced->second->string(),
                      output == *replaced->second ? "" : fmt::format(" as {}", output.string()));
  }
}

void remove_abandoned(const fs::path& folder) {
  const std::string prefix = temporary_prefix();
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && process_start(std::atoi(name.c_str() + prefix.size())).empty())
      fs::remove(entry.path(), error);
  }
}

MappedFile::MappedFile(const fs::path& file) {
  // A pipe that nobody writes to would be waited for without end.
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (fd.get() < 0 || ::fstat(fd.get(), &status) != 0)
    throw data_error("cannot read {}: {}", file.string(), reason());
  if (!S_ISREG(status.st_mode)) throw data_error("cannot read {}: it is not a file", file.string());
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ == 0) return;  // nothing to map; an empty file is a valid one
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (address == MAP_FAILED) throw data_error("cannot read {}: {}", file.string(), reason());
  data_ = static_cast<const std::byte*>(address);
}

void MappedFile::release() const {
  // All of it: the kernel maps pages around those that are read.
  if (data_ != nullptr) ::madvise(const_cast<std::byte*>(data_), size_, MADV_DONTNEED);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace myoseg
