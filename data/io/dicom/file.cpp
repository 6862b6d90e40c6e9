#include "data/io/dicom/file.h"

#include <libdeflate.h>

#include <memory>
#include <optional>
#include <string_view>

namespace myoseg {
namespace {

using Bytes = DicomBytes;

constexpr std::uint32_t kSopClass = 0x00020002, kTransferSyntax = 0x00020010;

// The fragments of compressed pixel data; false when one is cut off.
bool take_fragments(DicomWalker& walker, DicomFile& file) {
  bool table = true;  // the first item is a table of offsets
  while (const auto fragment = walker.next(false)) {
    if (fragment->tag == kDicomSequenceEnd) return true;
    const auto value = walker.value(fragment->length);
    if (fragment->tag != kDicomItem || !value) return false;
    if (table)
      file.offsets = *value;
    else
      file.pixels.push_back(*value);
    table = false;
  }
  return walker.left() == 0;  // some writers leave the end mark away
}

bool take_pixels(DicomWalker& walker, const DicomElement& element, DicomFile& file) {
  file.has_pixels = true;
  file.encapsulated = element.length == kUndefinedLength;
  file.words = element.type != "OB";
  if (file.encapsulated) return take_fragments(walker, file);
  const auto value = walker.value(element.length);
  if (value) file.pixels = {*value};
  return value.has_value();
}

// The elements up to the pixel data; false when the file ends within one.
bool take_elements(DicomWalker& walker, DicomFile& file) {
  file.typed = walker.has_type();  // whatever the transfer syntax says
  while (const auto element = walker.next(file.typed)) {
    if (element->tag == kPixelData) return take_pixels(walker, *element, file);
    const auto value = element->length == kUndefinedLength ? walker.endless(*element, file.typed)
                                                           : walker.value(element->length);
    if (!value) return false;
    file.elements.emplace(element->tag, *value);
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
  if (bytes.size() >= kPreamble + 4 && dicom_text(bytes.subspan(kPreamble, 4)) == "DICM")
    return kPreamble + 4;
  for (const bool big : {false, true}) {
    DicomWalker walker(bytes, 0, big);
    const auto element = walker.next(walker.has_type());
    const bool known = element && (element->tag >> 16 == 2 || element->tag >> 16 == 8);
    if (!known || (element->tag & 0xFFFF) > 0x100 || element->length > 256) continue;
    big_endian = big && element->tag >> 16 == 8;
    return 0;
  }
  return std::nullopt;
}

}  // namespace

bool begins_as_dicom(Bytes bytes) {
  bool big = false;
  return first_element(bytes, big).has_value();
}

DicomFile parse_dicom(Bytes bytes) {
  DicomFile file;
  const auto start = first_element(bytes, file.big_endian);
  if (!start) return file;
  file.dicom = true;
  DicomWalker walker(bytes, *start, false);
  for (std::size_t at = *start; !file.big_endian; at = walker.at()) {  // the file header
    const auto element = walker.next(true);
    if (!element || element->tag >> 16 != 2) {
      walker = DicomWalker(bytes, at, false);
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
  walker = DicomWalker(bytes, at, file.big_endian);
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
