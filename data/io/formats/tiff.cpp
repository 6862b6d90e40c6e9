// What the directory of a TIFF file says (TIFF 6.0); its pixels are decoded by libtiff.
#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <optional>

#include "core/error.h"
#include "data/io/formats/picture.h"

namespace myoseg {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::int64_t kMostPixels = std::int64_t{1} << 28;
enum Tag : unsigned {
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kPhotometric = 262,
  kSamples = 277,
  kPlanar = 284,
  kFormat = 339,
};

class Reader {
 public:
  Reader(Bytes bytes, const std::string& name) : bytes_(bytes), name_(name) {
    if (bytes.size() < 8) cut();
    const auto first = std::to_integer<char>(bytes[0]);
    swapped_ = (first == 'M') != (std::endian::native == std::endian::big);
    if ((first != 'I' && first != 'M') || bytes[0] != bytes[1] || u16(2) != 42)
      throw data_error("{}: is named like a TIFF but is none, or a BigTIFF, which is not read",
                       name);
  }
  [[nodiscard]] std::uint16_t u16(std::size_t at) const { return number<std::uint16_t>(at); }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const { return number<std::uint32_t>(at); }
  [[noreturn]] void cut() const {
    throw data_error("{}: ends early, its picture is not complete; copy or export it again", name_);
  }

 private:
  template <class T>
  [[nodiscard]] T number(std::size_t at) const {
    if (at > bytes_.size() || bytes_.size() - at < sizeof(T)) cut();
    std::array<std::byte, sizeof(T)> raw{};
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), sizeof(T), raw.begin());
    if (swapped_) std::reverse(raw.begin(), raw.end());
    return std::bit_cast<T>(raw);
  }

  Bytes bytes_;
  const std::string& name_;
  bool swapped_ = false;
};

// The values of the first directory's SHORT and LONG entries; of several values all must be one.
std::map<unsigned, std::uint32_t> directory(const Reader& file, const std::string& name) {
  constexpr unsigned kShort = 3, kLong = 4;
  const std::size_t at = file.u32(4);
  const std::uint16_t entries = file.u16(at);
  std::map<unsigned, std::uint32_t> values;
  for (std::size_t e = 0; e < entries; ++e) {
    const std::size_t entry = at + 2 + 12 * e;
    const unsigned tag = file.u16(entry), type = file.u16(entry + 2);
    const std::uint32_t count = file.u32(entry + 4);
    if (type == kLong && count == 1) values[tag] = file.u32(entry + 8);
    if (type != kShort || count < 1 || count > 4) continue;
    const std::size_t first = count <= 2 ? entry + 8 : file.u32(entry + 8);
    values[tag] = file.u16(first);
    for (std::size_t i = 1; i < count; ++i)
      if (tag == kBits && file.u16(first + 2 * i) != values[tag])
        throw data_error("{}: its samples differ in their bits; export the image in grey", name);
  }
  if (file.u32(at + 2 + 12 * std::size_t{entries}) != 0)
    throw data_error("{}: holds several pages; give one picture", name);
  return values;
}

}  // namespace

Picture tiff_header(Bytes bytes, const std::string& name) {
  const Reader file(bytes, name);
  const auto values = directory(file, name);
  const auto value = [&](Tag tag, std::uint32_t otherwise) {
    const auto found = values.find(tag);
    return found == values.end() ? otherwise : found->second;
  };
  Picture p;
  p.width = value(kWidth, 0), p.height = value(kHeight, 0);
  if (p.width < 1 || p.height < 1 || p.width > kMostPixels / p.height)
    throw data_error("{}: has {} x {} pixels by its header, which is no picture that is read", name,
                     p.width, p.height);
  p.bits = static_cast<int>(value(kBits, 1));
  p.samples = static_cast<int>(value(kSamples, 1));
  const std::uint32_t photometric = value(kPhotometric, 99);
  if (photometric == 0)
    throw data_error("{}: stores white as 0 (WhiteIsZero); export it with black as 0", name);
  if (photometric == 3)
    throw data_error("{}: has a palette of colours; export the image in grey", name);
  if (photometric > 2)
    throw data_error("{}: is of a colour space that is not read; export the image in grey", name);
  if ((p.bits != 8 && p.bits != 16) || value(kFormat, 1) != 1)
    throw data_error("{}: has {} bits a value{}; pictures of 8 and 16 bits without sign are read",
                     name, p.bits,
                     value(kFormat, 1) == 1 ? "" : " that are signed or no whole numbers");
  if (p.samples < 1 || p.samples > 4 || (photometric == 2) != (p.samples > 2))
    throw data_error("{}: has {} samples a pixel, which fits no grey picture; export it again",
                     name, p.samples);
  return p;
}

}  // namespace myoseg
