// The walk over a data set's bytes: DicomWalker of item.h.
#include <cctype>

#include "data/io/dicom/item.h"

namespace myoseg {
namespace {

constexpr int kDeepest = 32;  // of sequences in sequences

bool is_long(std::string_view type) {  // two bytes are reserved and the length takes four
  constexpr std::string_view kLong = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";
  return kLong.find(type) != std::string_view::npos;
}

}  // namespace

std::optional<DicomElement> DicomWalker::next(bool typed) {
  if (left() < 8) return std::nullopt;
  DicomElement element{number(at_, 2) << 16 | number(at_ + 2, 2), number(at_ + 4, 4), ""};
  // What stands inside an element of unknown type (UN) has no types, whatever the file says.
  const bool has = typed && element.tag >> 16 != 0xFFFE && has_type();
  at_ += 8;
  if (!has) return element;
  element.type = dicom_text(bytes_.subspan(at_ - 4, 2));
  element.length = number(at_ - 2, 2);
  if (!is_long(element.type)) return element;
  if (left() < 4) return std::nullopt;
  element.length = number(at_, 4);
  at_ += 4;
  return element;
}

std::optional<DicomBytes> DicomWalker::value(std::uint32_t length) {
  if (length > left()) return std::nullopt;
  at_ += length;
  return bytes_.subspan(at_ - length, length);
}

std::optional<DicomBytes> DicomWalker::endless(const DicomElement& element, bool typed) {
  const std::size_t begin = at_;
  const bool item = element.tag == kDicomItem;
  // Compressed pixels of an icon, say: their fragments are no elements.
  const bool fragments = element.tag == kPixelData || element.type == "OB" || element.type == "OW";
  if (!(item ? skip_elements(typed, 1) : skip_items(fragments, typed, 1))) return std::nullopt;
  return bytes_.subspan(begin, at_ - begin - 8);
}

// Up to and over the end of a sequence.
bool DicomWalker::skip_items(bool fragments, bool typed, int depth) {
  while (const auto item = next(typed)) {
    if (item->tag == kDicomSequenceEnd) return true;
    if (item->tag != kDicomItem || depth > kDeepest) return false;
    if (item->length != kUndefinedLength) {
      if (!value(item->length)) return false;
    } else if (fragments || !skip_elements(typed, depth + 1)) {
      return false;
    }
  }
  return false;
}

// Up to and over the end of an item.
bool DicomWalker::skip_elements(bool typed, int depth) {
  while (const auto element = next(typed)) {
    if (element->tag == kDicomItemEnd) return true;
    if (element->length != kUndefinedLength) {
      if (!value(element->length)) return false;
      continue;
    }
    const bool fragments = element->tag == kPixelData || element->type == "OB";
    if (depth > kDeepest || !skip_items(fragments, typed, depth + 1)) return false;
  }
  return false;
}

std::uint32_t DicomWalker::number(std::size_t at, std::size_t length) const {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < length; ++i)
    out |= std::to_integer<std::uint32_t>(bytes_[at + i]) << (8 * (big_ ? length - 1 - i : i));
  return out;
}

bool DicomWalker::upper(std::size_t offset) const {
  return std::isupper(std::to_integer<unsigned char>(bytes_[at_ + offset])) != 0;
}

}  // namespace myoseg
