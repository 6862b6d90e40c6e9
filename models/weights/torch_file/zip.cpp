#include "models/weights/torch_file/zip.h"

#include <algorithm>
#include <cstdint>

#include "core/error.h"

namespace myoseg {
namespace {

// Signatures and sizes of APPNOTE.TXT, PKWARE's description of the format.
constexpr std::uint64_t kRecord = 0x04034b50, kEntry = 0x02014b50, kEnd = 0x06054b50,
                        kEnd64Place = 0x07064b50, kEnd64 = 0x06064b50;
constexpr std::uint64_t kRecordSize = 30, kEntrySize = 46, kEndSize = 22, kEnd64PlaceSize = 20,
                        kLongestComment = 0xffff;
constexpr std::uint64_t kElsewhere = 0xffffffff;  // the number is in the 64-bit extension
constexpr std::uint64_t kExtension64 = 1;

}  // namespace

std::string_view StoredZip::at(std::uint64_t offset, std::uint64_t size) const {
  if (offset > bytes_.size() || size > bytes_.size() - offset)
    throw data_error("{}: the zip archive points behind its end; the file is damaged or incomplete",
                     file_);
  return bytes_.substr(offset, size);
}

std::uint64_t StoredZip::number(std::uint64_t offset, int size) const {
  const std::string_view raw = at(offset, static_cast<std::uint64_t>(size));
  std::uint64_t value = 0;
  for (std::size_t i = raw.size(); i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(raw[i]);
  return value;
}

StoredZip::StoredZip(std::string_view bytes, std::string file)
    : bytes_(bytes), file_(std::move(file)) {
  // The directory is found from the end, where a comment may follow it.
  std::uint64_t end = bytes.size();
  const std::uint64_t last = bytes.size() < kEndSize ? 0 : bytes.size() - kEndSize;
  for (std::uint64_t back = 0; back <= std::min(last, kLongestComment); ++back)
    if (bytes.size() >= kEndSize && number(last - back, 4) == kEnd) {
      end = last - back;
      break;
    }
  if (end == bytes.size())
    throw data_error("{}: the zip archive has no directory; the file is damaged or incomplete",
                     file_);
  std::uint64_t count = number(end + 10, 2), offset = number(end + 16, 4);
  if (end >= kEnd64PlaceSize && number(end - kEnd64PlaceSize, 4) == kEnd64Place) {
    const std::uint64_t end64 = number(end - kEnd64PlaceSize + 8, 8);
    if (number(end64, 4) != kEnd64)
      throw data_error(
          "{}: the zip archive's 64-bit directory is not where it should be; the file "
          "is damaged",
          file_);
    count = number(end64 + 32, 8);
    offset = number(end64 + 48, 8);
  }
  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::size_t before = records_.size();
    offset = add(offset);
    if (records_.size() == before)
      throw data_error("{}: the zip archive names a record twice; the file is damaged", file_);
  }
  for (const auto& [name, record] : records_) total += record.bytes.size();
  if (total > bytes.size())
    throw data_error("{}: the zip archive's records overlap; the file is damaged", file_);
}

std::uint64_t StoredZip::add(std::uint64_t offset) {
  if (number(offset, 4) != kEntry)
    throw data_error("{}: the zip archive's directory is damaged", file_);
  const std::uint64_t method = number(offset + 10, 2), name_size = number(offset + 28, 2),
                      extra_size = number(offset + 30, 2), comment_size = number(offset + 32, 2);
  std::uint64_t packed = number(offset + 20, 4), size = number(offset + 24, 4),
                place = number(offset + 42, 4);
  const std::string name(at(offset + kEntrySize, name_size));
  const std::uint64_t extra = offset + kEntrySize + name_size, extra_end = extra + extra_size;
  for (std::uint64_t field = extra; field + 4 <= extra_end;) {
    const std::uint64_t next = field + 4 + number(field + 2, 2);
    if (number(field, 2) == kExtension64) {
      std::uint64_t value = field + 4;
      for (std::uint64_t* wanted : {&size, &packed, &place})
        if (*wanted == kElsewhere && value + 8 <= next) {
          *wanted = number(value, 8);
          value += 8;
        }
    }
    field = next;
  }
  if (number(place, 4) != kRecord)
    throw data_error("{}: '{}' is not where the zip archive's directory says; the file is damaged",
                     file_, name);
  const std::uint64_t data = place + kRecordSize + number(place + 26, 2) + number(place + 28, 2);
  records_.emplace(name, Record{at(data, packed), method != 0 || packed != size});
  return extra_end + comment_size;
}

const std::string_view* StoredZip::find(const std::string& name) const {
  const auto found = records_.find(name);
  if (found == records_.end()) return nullptr;
  if (found->second.compressed)
    throw data_error(
        "{}: '{}' in it is compressed, which torch.save never does; unpack the zip archive and "
        "pack "
        "it again without compression",
        file_, name);
  return &found->second.bytes;
}

std::vector<std::string> StoredZip::names() const {
  std::vector<std::string> names;
  for (const auto& [name, record] : records_) names.push_back(name);
  return names;
}

}  // namespace myoseg
