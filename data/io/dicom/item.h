// The elements of a DICOM data set or of one item of a sequence, walked one by one (PS3.5, section
// 7). No library: what a header says is read as it stands, so that it can be held against the file
// and against what a decoder returns. Inside data/ only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

using DicomBytes = std::span<const std::byte>;

// A tag is group << 16 | element. Views point into the bytes that were read, which must stay.
struct DicomItem {
  bool big_endian = false;
  bool typed = true;                             // elements name their type (explicit VR)
  std::map<std::uint32_t, DicomBytes> elements;  // of a sequence: the bytes of its items

  [[nodiscard]] bool has(std::uint32_t tag) const { return elements.contains(tag); }
  // "" when the element is missing; padding is cut off.
  [[nodiscard]] std::string text(std::uint32_t tag) const;
  // A 16-bit number (US); nothing when the element is missing or has another length.
  [[nodiscard]] std::optional<int> number(std::uint32_t tag) const;
  // All 16-bit numbers of an element.
  [[nodiscard]] std::vector<int> numbers(std::uint32_t tag) const;
  // A double (FD); nothing when the element is missing, has another length or is not finite.
  [[nodiscard]] std::optional<double> real(std::uint32_t tag) const;
  // N decimals (DS, IS) separated by backslashes; nothing when the text is anything else.
  template <std::size_t N>
  [[nodiscard]] std::optional<std::array<double, N>> decimals(std::uint32_t tag) const {
    std::array<double, N> out{};
    return parse(tag, out) ? std::optional(out) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> decimal(std::uint32_t tag) const;
  // However many there are.
  [[nodiscard]] std::optional<std::vector<double>> all_decimals(std::uint32_t tag) const;
  // The items of a sequence; those before the damage where it is damaged, none when it is missing.
  [[nodiscard]] std::vector<DicomItem> items(std::uint32_t tag) const;
  // The first item; an empty one when there is none.
  [[nodiscard]] DicomItem item(std::uint32_t tag) const;

 private:
  [[nodiscard]] bool parse(std::uint32_t tag, std::span<double> out) const;
};

struct DicomElement {
  std::uint32_t tag = 0;
  std::uint32_t length = 0;  // kUndefinedLength: up to a mark
  std::string type;          // "" where the file writes none
};
inline constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;
inline constexpr std::uint32_t kDicomItem = 0xFFFEE000, kDicomItemEnd = 0xFFFEE00D,
                               kDicomSequenceEnd = 0xFFFEE0DD;
inline constexpr std::uint32_t kPixelData = 0x7FE00010;

// Elements one after another.
class DicomWalker {
 public:
  DicomWalker(DicomBytes bytes, std::size_t at, bool big) : bytes_(bytes), at_(at), big_(big) {}

  // Tag and length; the walker then stands at the value. Nothing at the end of the file.
  std::optional<DicomElement> next(bool typed);
  // The value the walker stands at, which it steps over; nothing when the file ends within.
  std::optional<DicomBytes> value(std::uint32_t length);
  // The same for an element of undefined length: the bytes before its end mark.
  std::optional<DicomBytes> endless(const DicomElement& element, bool typed);
  // Whether the element here names its type: two capitals, which no length has.
  [[nodiscard]] bool has_type() const { return left() >= 8 && upper(4) && upper(5); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

 private:
  [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t length) const;
  [[nodiscard]] bool upper(std::size_t offset) const;
  [[nodiscard]] bool skip_items(bool fragments, bool typed, int depth);
  [[nodiscard]] bool skip_elements(bool typed, int depth);

  DicomBytes bytes_;
  std::size_t at_;
  bool big_;
};

// As text, without the padding behind it.
[[nodiscard]] std::string dicom_text(DicomBytes bytes);

}  // namespace myoseg
