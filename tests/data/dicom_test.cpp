#include <gtest/gtest.h>

#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "data/dicom_file.h"
#include "data/dicom_series.h"
#include "data/image_io.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

// What a test changes of a slice of 4 x 3 pixels.
struct Slice {
  double x = -12.5, y = 7, z = 0;
  std::string orientation = "1\\0\\0\\0\\1\\0";
  std::string series = "1.2.3";
  std::string sop_class = "1.2.840.10008.5.1.4.1.1.2";  // CT
  std::string modality = "CT";
  std::int16_t first = 0;  // pixel i holds first + i
  int intercept = -1024;
  bool pixels = true;
};

std::string number(std::uint32_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

// One element in explicit VR little endian (PS3.5, section 7.1.2).
std::string element(std::uint16_t group, std::uint16_t tag, const std::string& type,
                    std::string value) {
  if (value.size() % 2 != 0) value += type == "UI" || type == "OB" ? '\0' : ' ';
  const auto size = static_cast<std::uint32_t>(value.size());
  const bool wide = type == "OW" || type == "OB" || type == "SQ";
  return number(group, 2) + number(tag, 2) + type +
         (wide ? std::string(2, '\0') + number(size, 4) : number(size, 2)) + value;
}

std::string dicom_file(const Slice& s) {
  const std::string instance = s.series + "." + std::to_string(static_cast<int>(s.z * 10) + 5000);
  const std::string meta = element(2, 1, "OB", std::string("\0\1", 2)) +
                           element(2, 2, "UI", s.sop_class) + element(2, 3, "UI", instance) +
                           element(2, 0x10, "UI", "1.2.840.10008.1.2.1");
  std::string pixels;
  for (int i = 0; i < 12; ++i) pixels += number(static_cast<std::uint16_t>(s.first + i), 2);
  // An icon with pixels of its own comes before the image's pixels and must not be taken for them.
  const std::string icon =
      std::string("\x88\0\x00\x02SQ\0\0\xFF\xFF\xFF\xFF", 12) +
      std::string("\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF", 8) + element(0x7FE0, 0x10, "OW", "ab") +
      std::string("\xFE\xFF\x0D\xE0\0\0\0\0", 8) + std::string("\xFE\xFF\xDD\xE0\0\0\0\0", 8);
  std::string body = element(8, 0x16, "UI", s.sop_class) + element(8, 0x18, "UI", instance) +
                     element(8, 0x60, "CS", s.modality) + element(0x18, 0x50, "DS", "2.5") +
                     element(0x20, 0xD, "UI", "1.2") + element(0x20, 0xE, "UI", s.series) +
                     element(0x20, 0x11, "IS", "4");
  if (s.pixels)
    body += element(0x20, 0x32, "DS", fmt::format("{}\\{}\\{}", s.x, s.y, s.z)) +
            element(0x20, 0x37, "DS", s.orientation) + element(0x28, 2, "US", number(1, 2)) +
            element(0x28, 4, "CS", "MONOCHROME2") + element(0x28, 0x10, "US", number(3, 2)) +
            element(0x28, 0x11, "US", number(4, 2)) + element(0x28, 0x30, "DS", "0.75\\0.5") +
            element(0x28, 0x100, "US", number(16, 2)) + element(0x28, 0x101, "US", number(16, 2)) +
            element(0x28, 0x102, "US", number(15, 2)) + element(0x28, 0x103, "US", number(1, 2)) +
            element(0x28, 0x1052, "DS", std::to_string(s.intercept)) +
            element(0x28, 0x1053, "DS", "2") + icon + element(0x7FE0, 0x10, "OW", pixels);
  return std::string(128, '\0') + "DICM" +
         element(2, 0, "UL", number(static_cast<std::uint32_t>(meta.size()), 4)) + meta + body;
}

class Dicom : public ::testing::Test {
 protected:
  void add(const std::string& name, const Slice& slice) {
    write_file(folder_ / name, dicom_file(slice));
  }
  // Slices at z = -30, -27.5, ... whose names run against their order.
  void add_series(int count) {
    for (int k = 0; k < count; ++k)
      add(fmt::format("s{}.dcm", 9 - k),
          {.z = -30 + 2.5 * k, .first = static_cast<std::int16_t>(100 * k)});
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
  testing::TemporaryFolder folder_;
};

TEST_F(Dicom, SeriesIsSortedByPositionAndRescaled) {
  add_series(4);
  const Image image = read_image(folder_.path());
  EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{4, 3, 4}));
  EXPECT_EQ(image.geometry.spacing, (std::array<double, 3>{0.5, 0.75, 2.5}));  // x, y, z
  EXPECT_EQ(image.geometry.origin, (std::array<double, 3>{-12.5, 7, -30}));
  for (int z = 0; z < 4; ++z)
    for (int i = 0; i < 12; ++i)
      EXPECT_EQ(image.voxels[static_cast<std::size_t>(12 * z + i)], 2 * (100 * z + i) - 1024);
  EXPECT_EQ(difference(read_geometry(folder_.path()), image.geometry), "");
}

TEST_F(Dicom, EachSliceHasItsOwnRescale) {
  add("a.dcm", {.z = 0, .intercept = 0});
  add("b.dcm", {.z = 1, .intercept = 50});
  const Image image = read_image(folder_.path());
  EXPECT_EQ(image.at(1, 0, 0), 2);
  EXPECT_EQ(image.at(1, 0, 1), 52);
}

TEST_F(Dicom, ObliqueOrCoronalSlicesKeepTheirAxes) {
  for (int k = 0; k < 3; ++k)
    add(fmt::format("{}", k), {.y = 5.0 * k, .z = 0, .orientation = "1\\0\\0\\0\\0\\-1"});
  const Image image = read_image(folder_.path());
  EXPECT_EQ(image.geometry.direction, (std::array<double, 9>{1, 0, 0, 0, 0, 1, 0, -1, 0}));
  EXPECT_EQ(image.geometry.spacing[2], 5);
  EXPECT_EQ(image.geometry.origin[1], 0);
}

TEST_F(Dicom, SingleSliceTakesItsThickness) {
  add("one.dcm", {});
  EXPECT_EQ(read_geometry(folder_.path()).spacing[2], 2.5);
}

TEST_F(Dicom, CompanionsOtherFilesAndSubfoldersArePassedOver) {
  add_series(2);
  add("rs.dcm", {.series = "9.9",
                 .sop_class = "1.2.840.10008.5.1.4.1.1.481.3",
                 .modality = "RTSTRUCT",
                 .pixels = false});
  write_file(folder_ / "readme.txt", "hello");
  write_file(folder_ / "deeper/a.dcm", dicom_file({.series = "7.7"}));
  EXPECT_EQ(read_image(folder_.path()).geometry.size[2], 2);
}

TEST_F(Dicom, EmptyFolder) { expect_error("holds no DICOM image"); }

TEST_F(Dicom, MissingSlice) {
  add_series(5);
  fs::remove(folder_ / "s7.dcm");
  expect_error("the gap between s8.dcm and s6.dcm is 5 mm but elsewhere 2.5 mm");
}

TEST_F(Dicom, RepeatedSlice) {
  add_series(3);
  add("again.dcm", {.z = -27.5});
  expect_error("again.dcm and s8.dcm lie at the same position");
}

TEST_F(Dicom, TwoSeriesAreNamed) {
  add_series(2);
  add("other.dcm", {.z = 3, .series = "1.2.4"});
  expect_error("holds 2 DICOM series");
  EXPECT_NE(error().find("1.2.3 (CT"), std::string::npos);
  EXPECT_NE(error().find("first other.dcm"), std::string::npos);
}

TEST_F(Dicom, GantryTilt) {
  for (int k = 0; k < 4; ++k) add(fmt::format("{}.dcm", k), {.y = 1.0 * k, .z = 4.0 * k});
  expect_error("gantry tilt of 14.0 degrees");
}

TEST_F(Dicom, ScoutAmongTheSlices) {
  add_series(2);
  add("scout.dcm", {.z = 5, .orientation = "1\\0\\0\\0\\0\\-1"});
  expect_error("different directions");
}

TEST_F(Dicom, TruncatedPixels) {
  add_series(2);
  fs::resize_file(folder_ / "s8.dcm", fs::file_size(folder_ / "s8.dcm") - 6);
  expect_error("s8.dcm: ends early");
}

TEST_F(Dicom, DamagedFile) {
  add_series(2);
  write_file(folder_ / "s7.dcm", "this is no DICOM file");
  expect_error("s7.dcm");
}

TEST_F(Dicom, NoGeometry) {
  add("a.dcm", {.orientation = "1\\0\\0"});
  expect_error("no valid Image Orientation");
}

TEST(DicomOutline, FragmentsMustBeWhole) {
  const std::string meta = std::string(128, '\0') + "DICM" + element(2, 2, "UI", "1.2.3") +
                           element(2, 0x10, "UI", "1.2.840.10008.1.2.4.70");
  const std::string item("\xFE\xFF\x00\xE0", 4);
  const std::string whole = meta + std::string("\xE0\x7F\x10\0OB\0\0\xFF\xFF\xFF\xFF", 12) + item +
                            number(0, 4) + item + number(6, 4) + "jpegs!" +
                            std::string("\xFE\xFF\xDD\xE0\0\0\0\0", 8);
  const auto outline = [](const std::string& bytes) {
    return outline_dicom(std::as_bytes(std::span(bytes)));
  };
  EXPECT_EQ(outline(whole).sop_class, "1.2.3");
  EXPECT_TRUE(outline(whole).complete);
  EXPECT_TRUE(outline(whole.substr(0, whole.size() - 8)).complete);  // only the end mark is missing
  EXPECT_FALSE(outline(whole.substr(0, whole.size() - 10)).complete);
  EXPECT_FALSE(outline(meta).complete);
}

SliceHeader header(const std::string& file, double z) {
  SliceHeader h;
  h.file = file;
  h.columns = 4, h.rows = 3;
  h.position = {0, 0, z};
  h.orientation = {1, 0, 0, 0, 1, 0};
  h.spacing = {1, 1};
  return h;
}

TEST(DicomSeries, RoundedPositionsAreRegular) {  // a step of 3.125 written with two decimals
  std::vector<SliceHeader> slices;
  for (const double z : {0.0, 3.12, 6.25, 9.38}) slices.push_back(header(std::to_string(z), z));
  EXPECT_NEAR(arrange_series("x", slices).geometry.spacing[2], 9.38 / 3, 1e-12);
}

TEST(DicomSeries, SeveralFramesAndColourAreRefused) {
  SliceHeader frames = header("a", 0), colour = header("a", 0);
  frames.frames = 30;
  colour.samples_per_pixel = 3;
  EXPECT_THROW((void)arrange_series("x", {frames}), Error);
  EXPECT_THROW((void)arrange_series("x", {colour}), Error);
}

}  // namespace
}  // namespace myoseg
