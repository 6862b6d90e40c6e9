#include "data/io/dicom/file.h"

#include <libdeflate.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <memory>
#include <string_view>

namespace myoseg {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
constexpr std::uint32_t kItem = 0xFFFEE000, kItemEnd = 0xFFFEE00D, kSequenceEnd = 0xFFFEE0DD;
constexpr std::uint32_t kSopClass = 0x00020002, kTransferSyntax = 0x00020010;
constexpr std::uint32_t kPixelData = 0x7FE00010;

struct Element {
  std::uint32_t tag = 0;
  std::uint32_t length = 0;
  std::string type;  // "" where the file writes none
};

std::string text_of(Bytes bytes) {
  std::string out;
  for (const std::byte b : bytes) out += static_cast<char>(b);
  while (!out.empty() && (out.back() == '\0' || out.back() == ' ')) out.pop_back();
  return out;
}

// Elements one after another.
class Walker {
 public:
  Walker(Bytes bytes, std::size_t at, bool big) : bytes_(bytes), at_(at), big_(big) {}

  // Tag and length; the walker then stands at the value. Nothing at the end of the file.
  std::optional<Element> next(bool explicit_types) {
    if (left() < 8) return std::nullopt;
    Element element{number(at_, 2) << 16 | number(at_ + 2, 2), number(at_ + 4, 4), ""};
    // What stands inside an element of unknown type (UN) has no types, whatever the file says.
    const bool typed = explicit_types && element.tag >> 16 != 0xFFFE && has_type();
    at_ += 8;
    if (!typed) return element;
    element.type = text_of(bytes_.subspan(at_ - 4, 2));
    element.length = number(at_ - 2, 2);
    if (std::string_view("OB OD OF OL OV OW SQ SV UC UN UR UT UV").find(element.type) ==
        std::string_view::npos)
      return element;
    if (left() < 4) return std::nullopt;
    element.length = number(at_, 4);
    at_ += 4;
    return element;
  }
  // The value the walker stands at, which it steps over; nothing when the file ends within.
  std::optional<Bytes> value(std::uint32_t length) {
    if (length > left()) return std::nullopt;
    at_ += length;
    return bytes_.subspan(at_ - length, length);
  }
  // Whether the element here names its type: two capitals, which no length has.
  [[nodiscard]] bool has_type() const { return left() >= 8 && upper(4) && upper(5); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

 private:
  [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t length) const {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < length; ++i)
      out |= std::to_integer<std::uint32_t>(bytes_[at + i]) << (8 * (big_ ? length - 1 - i : i));
    return out;
  }
  [[nodiscard]] bool upper(std::size_t offset) const {
    return std::isupper(std::to_integer<unsigned char>(bytes_[at_ + offset])) != 0;
  }

  Bytes bytes_;
  std::size_t at_;
  bool big_;
};

// The fragments of compressed pixel data; false when one is cut off.
bool take_fragments(Walker& walker, DicomFile& file) {
  bool table = true;  // the first item is a table of offsets
  while (const auto fragment = walker.next(false)) {
    if (fragment->tag == kSequenceEnd) return true;
    const auto value = walker.value(fragment->length);
    if (fragment->tag != kItem || !value) return false;
    if (!table) file.pixels.push_back(*value);
    table = false;
  }
  return walker.left() == 0;  // some writers leave the end mark away
}

bool take_pixels(Walker& walker, const Element& element, DicomFile& file) {
  file.has_pixels = true;
  file.encapsulated = element.length == kUndefined;
  file.words = element.type != "OB";
  if (file.encapsulated) return take_fragments(walker, file);
  const auto value = walker.value(element.length);
  if (value) file.pixels = {*value};
  return value.has_value();
}

// The elements up to the pixel data; false when the file ends within one.
bool take_elements(Walker& walker, DicomFile& file) {
  const bool types = walker.has_type();  // whatever the transfer syntax says
  int depth = 0;
  while (const auto element = walker.next(types)) {
    if (element->tag == kItem || element->tag == kItemEnd) continue;  // their elements follow
    if (element->tag == kSequenceEnd) {
      depth = std::max(depth - 1, 0);
      continue;
    }
    if (element->tag == kPixelData && depth == 0) return take_pixels(walker, *element, file);
    if (element->length == kUndefined) {  // a sequence: walk on into it
      if (depth++ == 0) file.elements.emplace(element->tag, Bytes());
      continue;
    }
    const auto value = walker.value(element->length);
    if (!value) return false;
    if (depth == 0) file.elements.emplace(element->tag, *value);
  }
  return walker.left() == 0;
}

// What the deflated transfer syntax holds after its file header; empty when it is damaged.
std::vector<std::byte> inflate(Bytes packed) {
  constexpr std::size_t kLimit = std::size_t{1} << 30;
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> unpacker(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  for (std::size_t room = 8 * packed.size() + 1024; room <= kLimit; room *= 4) {
    std::vector<std::byte> out(room);
    std::size_t in = 0, size = 0;
    const auto result = libdeflate_deflate_decompress_ex(
        unpacker.get(), packed.data(), packed.size(), out.data(), out.size(), &in, &size);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) continue;
    out.resize(result == LIBDEFLATE_SUCCESS ? size : 0);
    return out;
  }
  return {};
}

// Where the first element stands: after the preamble, or at the start of files that have none.
std::optional<std::size_t> first_element(Bytes bytes, bool& big_endian) {
  constexpr std::size_t kPreamble = 128;
  if (bytes.size() >= kPreamble + 4 && text_of(bytes.subspan(kPreamble, 4)) == "DICM")
    return kPreamble + 4;
  for (const bool big : {false, true}) {
    Walker walker(bytes, 0, big);
    const auto element = walker.next(walker.has_type());
    const bool known = element && (element->tag >> 16 == 2 || element->tag >> 16 == 8);
    if (!known || (element->tag & 0xFFFF) > 0x100 || element->length > 256) continue;
    big_endian = big && element->tag >> 16 == 8;
    return 0;
  }
  return std::nullopt;
}

}  // namespace

std::string DicomFile::text(std::uint32_t tag) const {
  const auto found = elements.find(tag);
  return found == elements.end() ? "" : text_of(found->second);
}

std::optional<int> DicomFile::number(std::uint32_t tag) const {
  const auto found = elements.find(tag);
  if (found == elements.end() || found->second.size() != 2) return std::nullopt;
  const int first = std::to_integer<int>(found->second[0]);
  const int second = std::to_integer<int>(found->second[1]);
  return big_endian ? first << 8 | second : second << 8 | first;
}

std::optional<double> DicomFile::decimal(std::uint32_t tag) const {
  const auto one = decimals<1>(tag);
  return one ? std::optional((*one)[0]) : std::nullopt;
}

bool DicomFile::parse(std::uint32_t tag, std::span<double> out) const {
  const std::string value = text(tag);
  const char* at = value.data();
  const char* const end = at + value.size();
  for (std::size_t i = 0; i < out.size(); ++i) {
    while (at != end && (*at == ' ' || *at == '+')) ++at;
    const auto [next, error] = std::from_chars(at, end, out[i]);
    if (error != std::errc() || !std::isfinite(out[i])) return false;
    at = next;
    while (at != end && *at == ' ') ++at;
    if (i + 1 < out.size() && (at == end || *at++ != '\\')) return false;
  }
  return at == end;
}

DicomFile parse_dicom(Bytes bytes) {
  DicomFile file;
  const auto start = first_element(bytes, file.big_endian);
  if (!start) return file;
  file.dicom = true;
  Walker walker(bytes, *start, false);
  for (std::size_t at = *start; !file.big_endian; at = walker.at()) {  // the file header
    const auto element = walker.next(true);
    if (!element || element->tag >> 16 != 2) {
      walker = Walker(bytes, at, false);
      break;
    }
    const auto value = walker.value(element->length);
    if (!value) break;
    file.elements.emplace(element->tag, *value);
  }
  file.syntax = file.text(kTransferSyntax);
  std::size_t at = walker.at();
  if (file.syntax == "1.2.840.10008.1.2.1.99") {
    file.inflated = std::make_shared<const std::vector<std::byte>>(inflate(bytes.subspan(at)));
    bytes = *file.inflated, at = 0;
  }
  file.big_endian = file.big_endian || file.syntax == "1.2.840.10008.1.2.2";
  walker = Walker(bytes, at, file.big_endian);
  if (!take_elements(walker, file))
    file.damage = "ends early, its pixels are not complete; copy or export the scan again";
  return file;
}

bool is_companion(const DicomFile& file) {
  constexpr std::string_view kStorage = "1.2.840.10008.5.1.4.1.1.";
  constexpr std::uint32_t kSopClassOfObject = 0x00080016;
  const std::string named = file.text(kSopClass);
  const std::string sop = named.empty() ? file.text(kSopClassOfObject) : named;
  if (!sop.starts_with(kStorage)) return false;
  const std::string kind = sop.substr(kStorage.size());
  if (kind == "481.1" || kind == "481.2") return false;  // RT image, RT dose
  for (const char* prefix : {"481.", "88.", "11.", "104.", "9."})
    if (kind.starts_with(prefix)) return true;
  return kind == "66" || kind == "66.1" || kind == "66.2" || kind == "66.3";
}

}  // namespace myoseg
