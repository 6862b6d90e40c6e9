#include "data/import/unzip.h"

#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kEnd = 0x06054b50, kEntry = 0x02014b50, kLocal = 0x04034b50;
constexpr std::uint64_t kLargestRatio = 1032;  // of deflate

// Numbers of an archive (PKWARE's APPNOTE, 4.3); a place outside of it is damage.
class Archive {
 public:
  explicit Archive(const fs::path& file) : name_(file.string()), mapped_(file) {}
  [[nodiscard]] Bytes bytes() const { return mapped_.bytes(); }
  [[nodiscard]] Error damaged() const { return data_error("{}: is a damaged zip archive", name_); }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint32_t number(std::uint64_t at, std::size_t size) const {
    const Bytes part = this->part(at, size);
    std::uint32_t out = 0;
    for (std::size_t i = size; i-- > 0;) out = out << 8 | std::to_integer<std::uint32_t>(part[i]);
    return out;
  }
  [[nodiscard]] Bytes part(std::uint64_t at, std::uint64_t size) const {
    if (at > bytes().size() || size > bytes().size() - at) throw damaged();
    return bytes().subspan(at, size);
  }

 private:
  std::string name_;
  MappedFile mapped_;
};

// Where the record that ends the archive stands: it may be followed by a comment.
std::uint64_t end_of(const Archive& archive) {
  constexpr std::uint64_t kLength = 22, kComment = 65535;
  const std::uint64_t size = archive.bytes().size();
  if (size < kLength) throw archive.damaged();
  for (std::uint64_t at = size - kLength;; --at) {
    if (archive.number(at, 4) == kEnd) return at;
    if (at == 0 || size - at > kLength + kComment) throw archive.damaged();
  }
}

std::string unpacked(const Archive& archive, Bytes packed, std::uint32_t method, std::uint32_t size,
                     std::uint32_t sum) {
  std::string out;
  if (method == 0) {
    out.assign(reinterpret_cast<const char*>(packed.data()), packed.size());
  } else if (method == 8) {
    if (size / kLargestRatio > packed.size() + 1) throw archive.damaged();
    out.resize(size);
    const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> unpacker(
        libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    if (libdeflate_deflate_decompress(unpacker.get(), packed.data(), packed.size(), out.data(),
                                      out.size(), nullptr) != LIBDEFLATE_SUCCESS)
      throw archive.damaged();
  } else {
    throw data_error("{}: is compressed in a way that is not read (method {}); unpack it first",
                     archive.name(), method);
  }
  if (out.size() != size || libdeflate_crc32(0, out.data(), out.size()) != sum)
    throw archive.damaged();
  return out;
}

// Error for what would be written elsewhere.
fs::path place_of(const Archive& archive, const fs::path& folder, const std::string& name) {
  const fs::path relative = fs::path(name).lexically_normal();
  if (name.find('\0') != std::string::npos || relative.is_absolute() ||
      std::find(relative.begin(), relative.end(), "..") != relative.end())
    throw data_error("{}: holds a file whose name leads out of it; unpack it by hand",
                     archive.name());
  return folder / relative;
}

}  // namespace

bool is_zip(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  char start[4] = {};
  in.read(start, sizeof start);
  return in.gcount() == 4 && std::string_view(start, 4) == std::string_view("PK\3\4", 4);
}

void unzip(const fs::path& path, const fs::path& folder) {
  const Archive archive(path);
  const std::uint64_t end = end_of(archive);
  const std::uint32_t count = archive.number(end + 10, 2);
  std::uint64_t at = archive.number(end + 16, 4);
  if (count == 0xFFFF || at == 0xFFFFFFFF)
    throw data_error("{}: is a zip archive of the 64-bit form; unpack it first", archive.name());
  const auto written = fs::last_write_time(path);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (archive.number(at, 4) != kEntry) throw archive.damaged();
    const std::uint32_t flags = archive.number(at + 8, 2), method = archive.number(at + 10, 2),
                        sum = archive.number(at + 16, 4), packed = archive.number(at + 20, 4),
                        size = archive.number(at + 24, 4), names = archive.number(at + 28, 2),
                        extra = archive.number(at + 30, 2), comment = archive.number(at + 32, 2),
                        local = archive.number(at + 42, 4);
    const Bytes text = archive.part(at + 46, names);
    const std::string name(reinterpret_cast<const char*>(text.data()), text.size());
    at += 46ULL + names + extra + comment;
    if (name.ends_with('/')) continue;
    if ((flags & 1U) != 0)
      throw data_error("{}: is encrypted; unpack it with its password", archive.name());
    if (archive.number(local, 4) != kLocal) throw archive.damaged();
    const std::uint64_t data =
        local + 30ULL + archive.number(local + 26, 2) + archive.number(local + 28, 2);
    const fs::path place = place_of(archive, folder, name);
    write_file(place, unpacked(archive, archive.part(data, packed), method, size, sum));
    fs::last_write_time(place, written);
  }
}

Scratch::Scratch(const fs::path& purpose)
    : folder_(fs::temp_directory_path() /
              ("myoseg-" + hash_text(fs::absolute(purpose).lexically_normal().string()))) {
  std::error_code error;
  if (::mkdir(folder_.c_str(), 0700) == 0) return;
  struct stat status {};
  const bool own = ::lstat(folder_.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                   status.st_uid == ::geteuid() && (status.st_mode & 0077) == 0;
  if (!own) throw failure("cannot make the folder {} for what is unpacked", folder_.string());
}

Scratch::~Scratch() {
  std::error_code error;
  fs::remove_all(folder_, error);
}

}  // namespace myoseg
