#include "data/dicom_file.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>

namespace myoseg {
namespace {

constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
constexpr std::uint32_t kItem = 0xFFFEE000, kItemEnd = 0xFFFEE00D, kSequenceEnd = 0xFFFEE0DD;
constexpr std::uint32_t kPixelData = 0x7FE00010;

struct Element {
  std::uint32_t tag = 0;
  std::uint32_t length = 0;
};

// Little-endian elements one after another.
class Walker {
 public:
  Walker(std::span<const std::byte> bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  // Tag and length; the walker then stands at the value. Nothing at the end of the file.
  std::optional<Element> next(bool explicit_types) {
    if (left() < 8) return std::nullopt;
    const Element element{number(at_, 2) << 16 | number(at_ + 2, 2), number(at_ + 4, 4)};
    // What stands inside an element of unknown type (UN) has no types, whatever the file says.
    const bool typed = explicit_types && element.tag >> 16 != 0xFFFE && upper(4) && upper(5);
    at_ += 8;
    if (!typed) return element;
    const std::string type = text(at_ - 4, 2);
    if (std::string("OB OD OF OL OV OW SQ SV UC UN UR UT UV").find(type) == std::string::npos)
      return Element{element.tag, number(at_ - 2, 2)};
    if (left() < 4) return std::nullopt;
    at_ += 4;
    return Element{element.tag, number(at_ - 4, 4)};
  }

  bool skip(std::uint32_t length) {
    if (length > left()) return false;
    at_ += length;
    return true;
  }
  // The first `length` (at most 4) bytes of the value as a number.
  [[nodiscard]] std::uint32_t value(std::uint32_t length) const {
    return number(at_, std::min<std::size_t>(length, left()));
  }
  [[nodiscard]] std::string text(std::size_t at, std::size_t length) const {
    std::string out;
    for (std::size_t i = at; i < at + length && i < bytes_.size(); ++i)
      out += static_cast<char>(bytes_[i]);
    while (!out.empty() && (out.back() == '\0' || out.back() == ' ')) out.pop_back();
    return out;
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

 private:
  [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t length) const {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < length && i < 4; ++i)
      out |= std::to_integer<std::uint32_t>(bytes_[at + i]) << (8 * i);
    return out;
  }
  [[nodiscard]] bool upper(std::size_t offset) const {
    return std::isupper(std::to_integer<unsigned char>(bytes_[at_ + offset])) != 0;
  }

  std::span<const std::byte> bytes_;
  std::size_t at_;
};

// Past the fragments of compressed pixel data; false when one is cut off.
bool skip_fragments(Walker& walker) {
  while (const auto fragment = walker.next(false)) {
    if (fragment->tag == kSequenceEnd) return true;
    if (fragment->tag != kItem || !walker.skip(fragment->length)) return false;
  }
  return walker.left() == 0;  // some writers leave the end mark away
}

// Whether the pixel data of the image itself (not of an icon inside a sequence) are all there.
bool pixels_complete(Walker& walker, bool explicit_types) {
  int depth = 0;
  std::uint64_t rows = 1, columns = 1, bits = 8;
  while (const auto element = walker.next(explicit_types)) {
    if (element->tag == kItem || element->tag == kItemEnd) continue;  // their elements follow
    if (element->tag == kSequenceEnd) {
      --depth;
      continue;
    }
    if (element->tag == kPixelData) {
      const bool whole =
          element->length == kUndefined ? skip_fragments(walker) : walker.skip(element->length);
      const bool enough = element->length >= rows * columns * bits / 8;
      if (depth == 0 || !whole) return whole && enough;
      continue;
    }
    if (element->length == kUndefined) {  // a sequence: walk on into it
      ++depth;
      continue;
    }
    if (depth == 0 && element->tag == 0x00280010) rows = walker.value(element->length);
    if (depth == 0 && element->tag == 0x00280011) columns = walker.value(element->length);
    if (depth == 0 && element->tag == 0x00280100) bits = walker.value(element->length);
    if (!walker.skip(element->length)) return false;
  }
  return false;
}

}  // namespace

DicomOutline outline_dicom(std::span<const std::byte> bytes) {
  DicomOutline outline;
  constexpr std::size_t kPreamble = 128;
  Walker walker(bytes, std::min(bytes.size(), kPreamble + 4));
  if (walker.text(kPreamble, 4) != "DICM") return outline;
  std::string syntax;
  for (std::size_t start = walker.at();; start = walker.at()) {
    const auto element = walker.next(true);
    if (!element || element->tag >> 16 != 2) {
      walker = Walker(bytes, start);
      break;
    }
    if (element->tag == 0x00020002) outline.sop_class = walker.text(walker.at(), element->length);
    if (element->tag == 0x00020010) syntax = walker.text(walker.at(), element->length);
    if (!walker.skip(element->length)) break;
  }
  const bool big_endian = syntax == "1.2.840.10008.1.2.2";
  const bool deflated = syntax == "1.2.840.10008.1.2.1.99";
  if (!big_endian && !deflated)
    outline.complete = pixels_complete(walker, syntax != "1.2.840.10008.1.2");
  return outline;
}

}  // namespace myoseg
