#include "data/io/dicom/item.h"

#include <bit>
#include <charconv>
#include <cmath>

namespace myoseg {
namespace {

// What a decimal string may have around its number.
const char* skip_blanks(const char* at, const char* end, bool plus) {
  while (at != end && (*at == ' ' || *at == '\0' || (plus && *at == '+'))) ++at;
  return at;
}

// The number at `at`, which moves behind it and the backslash that follows; false: none.
bool take_decimal(const char*& at, const char* end, double& out) {
  at = skip_blanks(at, end, true);
  const auto [next, error] = std::from_chars(at, end, out);
  if (error != std::errc() || !std::isfinite(out)) return false;
  at = skip_blanks(next, end, false);
  return at == end || *at == '\\';
}

// The elements of one item. False where its bytes end within one.
bool take_elements(DicomItem& item, DicomBytes bytes) {
  DicomWalker walker(bytes, 0, item.big_endian);
  while (const auto element = walker.next(item.typed)) {
    const auto value = element->length == kUndefinedLength ? walker.endless(*element, item.typed)
                                                           : walker.value(element->length);
    if (!value) return false;
    item.elements.emplace(element->tag, *value);
  }
  return walker.left() == 0;
}

}  // namespace

std::string dicom_text(DicomBytes bytes) {
  std::string out;
  for (const std::byte b : bytes) out += static_cast<char>(b);
  while (!out.empty() && (out.back() == '\0' || out.back() == ' ')) out.pop_back();
  return out;
}

std::string DicomItem::text(std::uint32_t tag) const {
  const auto found = elements.find(tag);
  return found == elements.end() ? "" : dicom_text(found->second);
}

std::optional<int> DicomItem::number(std::uint32_t tag) const {
  const std::vector<int> all = numbers(tag);
  return all.size() == 1 ? std::optional(all.front()) : std::nullopt;
}

std::vector<int> DicomItem::numbers(std::uint32_t tag) const {
  const auto found = elements.find(tag);
  if (found == elements.end() || found->second.size() % 2 != 0) return {};
  std::vector<int> out;
  for (std::size_t i = 0; i < found->second.size(); i += 2) {
    const int first = std::to_integer<int>(found->second[i]);
    const int second = std::to_integer<int>(found->second[i + 1]);
    out.push_back(big_endian ? first << 8 | second : second << 8 | first);
  }
  return out;
}

std::optional<double> DicomItem::real(std::uint32_t tag) const {
  const auto found = elements.find(tag);
  if (found == elements.end() || found->second.size() != 8) return std::nullopt;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i)
    bits = bits << 8 | std::to_integer<std::uint64_t>(found->second[big_endian ? i : 7 - i]);
  const auto value = std::bit_cast<double>(bits);
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<double> DicomItem::decimal(std::uint32_t tag) const {
  const auto one = decimals<1>(tag);
  return one ? std::optional((*one)[0]) : std::nullopt;
}

std::optional<std::vector<double>> DicomItem::all_decimals(std::uint32_t tag) const {
  const auto found = elements.find(tag);
  if (found == elements.end()) return std::nullopt;
  const char* at = reinterpret_cast<const char*>(found->second.data());
  const char* const end = at + found->second.size();
  std::vector<double> out;
  while (skip_blanks(at, end, false) != end) {
    if (!take_decimal(at, end, out.emplace_back())) return std::nullopt;
    if (at != end && ++at == end) return std::nullopt;  // nothing behind a backslash
  }
  return out;
}

bool DicomItem::parse(std::uint32_t tag, std::span<double> out) const {
  const auto all = all_decimals(tag);
  if (!all || all->size() != out.size()) return false;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = (*all)[i];
  return true;
}

std::vector<DicomItem> DicomItem::items(std::uint32_t tag) const {
  std::vector<DicomItem> out;
  const auto found = elements.find(tag);
  if (found == elements.end()) return out;
  DicomWalker walker(found->second, 0, big_endian);
  while (const auto head = walker.next(typed)) {
    if (head->tag != kDicomItem) break;
    const auto value = head->length == kUndefinedLength ? walker.endless(*head, typed)
                                                        : walker.value(head->length);
    if (!value) break;
    DicomItem item;
    item.big_endian = big_endian, item.typed = typed;
    const bool whole = take_elements(item, *value);
    out.push_back(std::move(item));
    if (!whole) break;
  }
  return out;
}

DicomItem DicomItem::item(std::uint32_t tag) const {
  std::vector<DicomItem> all = items(tag);
  return all.empty() ? DicomItem() : std::move(all.front());
}

}  // namespace myoseg
