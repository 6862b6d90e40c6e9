#include "data/io/dicom/object.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/sha256.h"

namespace myoseg {
namespace {

constexpr const char* kExplicit = "1.2.840.10008.1.2.1";
constexpr const char* kImplicit = "1.2.840.10008.1.2";
constexpr const char* kThisProgram = "2.25.302948761029384756102938475610293847";

std::string little(std::uint32_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

std::string head_of(std::uint32_t tag, const std::string& type, std::size_t length, bool implicit) {
  if (length > 0xFFFFFFFE) throw failure("a DICOM element of {} bytes cannot be written", length);
  const auto size = static_cast<std::uint32_t>(length);
  std::string out = little(tag >> 16, 2) + little(tag & 0xFFFF, 2);
  if (implicit) return out + little(size, 4);
  if (type == "OB" || type == "SQ" || type == "UT")
    return out + type + std::string(2, '\0') + little(size, 4);
  if (size > 0xFFFE) throw failure("a DICOM element of {} bytes needs implicit types", length);
  return out + type + little(size, 2);
}

}  // namespace

DicomObject& DicomObject::text(std::uint32_t tag, const char* type, std::string_view value) {
  Element element{type, std::string(value), {}};
  if (element.value.size() % 2 != 0) element.value += element.type == "UI" ? '\0' : ' ';
  elements_[tag] = std::move(element);
  return *this;
}

DicomObject& DicomObject::number(std::uint32_t tag, std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += little(static_cast<std::uint32_t>(value), 2);
  elements_[tag] = {"US", std::move(bytes), {}};
  return *this;
}

DicomObject& DicomObject::longs(std::uint32_t tag, std::initializer_list<std::uint32_t> values) {
  std::string bytes;
  for (const std::uint32_t value : values) bytes += little(value, 4);
  elements_[tag] = {"UL", std::move(bytes), {}};
  return *this;
}

DicomObject& DicomObject::tag(std::uint32_t tag, std::uint32_t value) {
  elements_[tag] = {"AT", little(value >> 16, 2) + little(value & 0xFFFF, 2), {}};
  return *this;
}

DicomObject& DicomObject::decimals(std::uint32_t tag, std::span<const double> values) {
  std::string list;
  for (const double value : values)
    list += fmt::format("{}{:.10g}", list.empty() ? "" : "\\", value);
  return text(tag, "DS", list);
}

DicomObject& DicomObject::bytes(std::uint32_t tag, std::string value) {
  if (value.size() % 2 != 0) value += '\0';
  elements_[tag] = {"OB", std::move(value), {}};
  return *this;
}

DicomObject& DicomObject::items(std::uint32_t tag, std::vector<DicomObject> items) {
  elements_[tag] = {"SQ", "", std::move(items)};
  return *this;
}

DicomObject& DicomObject::item(std::uint32_t tag, DicomObject item) {
  std::vector<DicomObject> one;
  one.push_back(std::move(item));
  return items(tag, std::move(one));
}

std::string DicomObject::text_of(std::uint32_t tag) const {
  const auto found = elements_.find(tag);
  if (found == elements_.end()) return "";
  std::string value = found->second.value;
  while (!value.empty() && (value.back() == '\0' || value.back() == ' ')) value.pop_back();
  return value;
}

std::string DicomObject::body(bool implicit) const {
  std::string out;
  for (const auto& [tag, element] : elements_) {
    if (element.type != "SQ") {
      out += head_of(tag, element.type, element.value.size(), implicit) + element.value;
      continue;
    }
    std::string items;
    for (const DicomObject& item : element.items) {
      const std::string inner = item.body(implicit);
      items += head_of(0xFFFEE000, "", inner.size(), true) + inner;
    }
    out += head_of(tag, element.type, items.size(), implicit) + items;
  }
  return out;
}

std::string DicomObject::file(bool implicit) const {
  DicomObject head;
  head.bytes(0x00020001, std::string("\0\1", 2));
  head.text(0x00020002, "UI", text_of(0x00080016));
  head.text(0x00020003, "UI", text_of(0x00080018));
  head.text(0x00020010, "UI", implicit ? kImplicit : kExplicit);
  head.text(0x00020012, "UI", kThisProgram);
  head.text(0x00020013, "SH", "MYOSEG");
  const std::string meta = head.body(false);
  return std::string(128, '\0') + "DICM" + head_of(0x00020000, "UL", 4, false) +
         little(static_cast<std::uint32_t>(meta.size()), 4) + meta + body(implicit);
}

std::string derived_uid(std::string_view text) {
  const std::string hex = sha256(text).substr(0, 32);
  std::string decimal = "0";  // the lowest digit first
  for (const char digit : hex) {
    int carry = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    for (char& d : decimal) {
      const int value = (d - '0') * 16 + carry;
      d = static_cast<char>('0' + value % 10);
      carry = value / 10;
    }
    for (; carry > 0; carry /= 10) decimal += static_cast<char>('0' + carry % 10);
  }
  std::reverse(decimal.begin(), decimal.end());
  return "2.25." + decimal.substr(std::min(decimal.find_first_not_of('0'), decimal.size() - 1));
}

}  // namespace myoseg
