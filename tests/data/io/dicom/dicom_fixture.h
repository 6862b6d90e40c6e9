// DICOM files made by the tests themselves: slices of 4 x 3 pixels, element by element.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "data/io/image_io.h"
#include "tests/testing/temporary.h"

namespace myoseg::testing {

// What a test changes of a slice.
struct DicomSlice {
  double x = -12.5, y = 7, z = 0;
  std::string orientation = "1\\0\\0\\0\\1\\0";
  std::string series = "1.2.3";
  std::string sop_class = "1.2.840.10008.5.1.4.1.1.2";  // CT
  std::string modality = "CT";
  std::string photometric = "MONOCHROME2";
  int rows = 3, columns = 4;
  std::string frames{};  // "" for no such element
  int allocated = 16, stored = 16, is_signed = 1;
  std::optional<int> high{};                        // else the highest of the stored bits
  std::int16_t first = 0;                           // pixel i holds first + i
  std::optional<std::vector<std::uint32_t>> raw{};  // else what `first` says
  std::string intercept = "-1024", slope = "2", rescale_type{};  // "" for no such element
  bool modality_lut = false;
  bool placed = true;  // has a position and an orientation in the patient
  std::string pixel_spacing = "0.75\\0.5", imager_spacing{}, magnification{}, calibration{},
              patient_orientation{};  // "" for no such element
  bool pixels = true;
  bool big_endian = false;
  bool preamble = true;
  std::string syntax{};                  // "" for the uncompressed one of the byte order
  std::vector<std::string> fragments{};  // compressed pixels in place of native ones
  std::string extra{};                   // further elements, encoded
};

inline std::string number(std::uint32_t value, std::size_t bytes, bool big = false) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  if (big) std::reverse(out.begin(), out.end());
  return out;
}

// One element in explicit VR (PS3.5, section 7.1.2); `value` is in the byte order asked for.
inline std::string element(std::uint16_t group, std::uint16_t tag, const std::string& type,
                           std::string value, bool big = false) {
  if (value.size() % 2 != 0) value += type == "UI" || type == "OB" ? '\0' : ' ';
  const auto size = static_cast<std::uint32_t>(value.size());
  const bool wide = type == "OW" || type == "OB" || type == "SQ";
  return number(group, 2, big) + number(tag, 2, big) + type +
         (wide ? std::string(2, '\0') + number(size, 4, big) : number(size, 2, big)) + value;
}

// An item or delimiter, which has no type.
inline std::string mark(std::uint16_t tag, std::uint32_t length, bool big = false) {
  return number(0xFFFE, 2, big) + number(tag, 2, big) + number(length, 4, big);
}
inline std::string endless(std::uint16_t group, std::uint16_t tag, const std::string& type,
                           bool big = false) {
  return number(group, 2, big) + number(tag, 2, big) + type + std::string(2, '\0') +
         number(0xFFFFFFFF, 4, big);
}
inline std::string sequence(std::uint16_t group, std::uint16_t tag, const std::string& item,
                            bool big = false) {
  return endless(group, tag, "SQ", big) + mark(0xE000, 0xFFFFFFFF, big) + item +
         mark(0xE00D, 0, big) + mark(0xE0DD, 0, big);
}

inline std::string pixel_data(const DicomSlice& s) {
  if (s.fragments.empty()) {
    std::string out;
    const auto bytes = static_cast<std::size_t>(s.allocated / 8);
    if (s.raw)
      for (const std::uint32_t value : *s.raw) out += number(value, bytes, s.big_endian);
    else
      for (int i = 0; i < 12; ++i)
        out += number(static_cast<std::uint16_t>(s.first + i), bytes, s.big_endian);
    return element(0x7FE0, 0x10, "OW", out, s.big_endian);
  }
  std::string out = endless(0x7FE0, 0x10, "OB") + mark(0xE000, 0);
  for (std::string fragment : s.fragments) {
    if (fragment.size() % 2 != 0) fragment += '\0';
    out += mark(0xE000, static_cast<std::uint32_t>(fragment.size())) + fragment;
  }
  return out + mark(0xE0DD, 0);
}

inline std::string dicom_file(const DicomSlice& s) {
  const bool big = s.big_endian;
  const auto text = [&](std::uint16_t group, std::uint16_t tag, const std::string& type,
                        const std::string& value) {
    return value.empty() ? "" : element(group, tag, type, value, big);
  };
  const auto whole = [&](std::uint16_t tag, int value) {
    return element(0x28, tag, "US", number(static_cast<std::uint32_t>(value), 2, big), big);
  };
  const std::string instance = s.series + "." + std::to_string(static_cast<int>(s.z * 10) + 5000);
  const std::string syntax = !s.syntax.empty() ? s.syntax
                             : big             ? "1.2.840.10008.1.2.2"
                                               : "1.2.840.10008.1.2.1";
  const std::string meta = element(2, 1, "OB", std::string("\0\1", 2)) +
                           element(2, 2, "UI", s.sop_class) + element(2, 3, "UI", instance) +
                           element(2, 0x10, "UI", syntax);
  std::string body = text(8, 0x16, "UI", s.sop_class) + text(8, 0x18, "UI", instance) +
                     text(8, 0x60, "CS", s.modality) + text(0x18, 0x50, "DS", "2.5") +
                     text(0x18, 0x1114, "DS", s.magnification) +
                     text(0x18, 0x1164, "DS", s.imager_spacing) + text(0x20, 0xD, "UI", "1.2") +
                     text(0x20, 0xE, "UI", s.series) + text(0x20, 0x11, "IS", "4") + s.extra;
  if (s.pixels)
    body += text(0x20, 0x20, "CS", s.patient_orientation) +
            (s.placed ? text(0x20, 0x32, "DS", fmt::format("{}\\{}\\{}", s.x, s.y, s.z)) +
                            text(0x20, 0x37, "DS", s.orientation)
                      : "") +
            whole(2, 1) + text(0x28, 4, "CS", s.photometric) + text(0x28, 8, "IS", s.frames) +
            whole(0x10, s.rows) + whole(0x11, s.columns) + text(0x28, 0x30, "DS", s.pixel_spacing) +
            whole(0x100, s.allocated) + whole(0x101, s.stored) +
            whole(0x102, s.high.value_or(s.stored - 1)) + whole(0x103, s.is_signed) +
            text(0x28, 0xA02, "CS", s.calibration) + text(0x28, 0x1052, "DS", s.intercept) +
            text(0x28, 0x1053, "DS", s.slope) + text(0x28, 0x1054, "LO", s.rescale_type) +
            (s.modality_lut ? sequence(0x28, 0x3000, text(0x28, 0x3004, "LO", "HU"), big) : "") +
            // An icon with pixels of its own must not be taken for the image's.
            sequence(0x88, 0x200, element(0x7FE0, 0x10, "OW", "ab", big), big) + pixel_data(s);
  if (!s.preamble) return body;
  return std::string(128, '\0') + "DICM" +
         element(2, 0, "UL", number(static_cast<std::uint32_t>(meta.size()), 4)) + meta + body;
}

class DicomFolder : public ::testing::Test {
 protected:
  void add(const std::string& name, const DicomSlice& slice) {
    write_file(folder_ / name, dicom_file(slice));
  }
  std::string error() {
    try {
      (void)read_image(folder_.path());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
    return "no error";
  }
  void expect_error(const std::string& part) {
    const std::string sentence = error();
    EXPECT_NE(sentence.find(part), std::string::npos) << sentence;
    EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
  }
  TemporaryFolder folder_;
};

}  // namespace myoseg::testing
