// A DICOM object to be written, element by element (PS3.5 and PS3.10). Inside data/ only.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

// A data set or an item of a sequence; elements are written in the order of their tags, whatever
// the order in which they were given. Types and values are those of the standard: the caller knows
// them.
class DicomObject {
 public:
  // Text of any type; "" is an element without a value.
  DicomObject& text(std::uint32_t tag, const char* type, std::string_view value);
  DicomObject& number(std::uint32_t tag, std::initializer_list<int> values);           // US
  DicomObject& longs(std::uint32_t tag, std::initializer_list<std::uint32_t> values);  // UL
  DicomObject& tag(std::uint32_t tag, std::uint32_t value);                            // AT
  DicomObject& decimals(std::uint32_t tag, std::span<const double> values);  // DS, 10 digits
  DicomObject& bytes(std::uint32_t tag, std::string value);                  // OB
  DicomObject& items(std::uint32_t tag, std::vector<DicomObject> items);     // SQ
  DicomObject& item(std::uint32_t tag, DicomObject item);

  // With the file's header; explicit types, or implicit ones, where lists of decimals may be longer
  // than 64 KiB. Little-endian.
  [[nodiscard]] std::string file(bool implicit) const;
  [[nodiscard]] std::string text_of(std::uint32_t tag) const;

 private:
  struct Element {
    std::string type, value;
    std::vector<DicomObject> items;
  };
  [[nodiscard]] std::string body(bool implicit) const;
  std::map<std::uint32_t, Element> elements_;
};

// 2.25 and the number that the first 128 bits of the text's SHA-256 are (PS3.5, B.2): the same text
// has the same UID.
[[nodiscard]] std::string derived_uid(std::string_view text);

}  // namespace myoseg
