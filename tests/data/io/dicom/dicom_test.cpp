#include <gtest/gtest.h>
#include <sys/stat.h>

#include "data/io/dicom/file.h"
#include "data/io/dicom/series.h"
#include "data/io/itk/itk.h"
#include "tests/data/io/dicom/dicom_fixture.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::dicom_file;
using testing::element;
using testing::number;

class Dicom : public testing::DicomFolder {
 protected:
  // Slices at z = -30, -27.5, ... whose names run against their order.
  void add_series(int count) {
    for (int k = 0; k < count; ++k)
      add(fmt::format("s{}.dcm", 9 - k),
          {.z = -30 + 2.5 * k, .first = static_cast<std::int16_t>(100 * k)});
  }
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
}

TEST_F(Dicom, EachSliceHasItsOwnRescale) {
  add("a.dcm", {.z = 0, .intercept = "0"});
  add("b.dcm", {.z = 1, .intercept = "50"});
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
  EXPECT_EQ(read_image(folder_.path()).geometry.spacing[2], 2.5);
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

// A grid could not be counted on what these say.
TEST_F(Dicom, PlacesOutOfReach) {
  add("a.dcm", {.z = 1e300});
  expect_error("no valid Image Position");
  add("a.dcm", {.pixel_spacing = "1e300\\1"});
  expect_error("no valid Pixel Spacing");
  add("a.dcm", {.pixel_spacing = "1e-300\\1"});
  expect_error("has a pixel spacing of 1e-300");
}

TEST_F(Dicom, SlicesThatNoGridHolds) {
  const auto arranged = [&](const SeriesOptions& options) -> std::string {
    try {
      (void)only_series("series", itk_io::dicom_slices(folder_.path()), options);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  add("a.dcm", {.z = 0});
  add("b.dcm", {.y = 900000, .z = 1});
  EXPECT_NE(arranged({.untilt = true}).find("shifted against each other"), std::string::npos);
  add("b.dcm", {.z = 0.01});
  add("c.dcm", {.z = 0.02});
  add("d.dcm", {.z = 9000});
  EXPECT_NE(arranged({.even_out = true}).find("reach over"), std::string::npos);
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

TEST_F(Dicom, PipesAndLinksThatLeadNowhereAreNamed) {
  add_series(2);
  ASSERT_EQ(::mkfifo((folder_ / "pipe.dcm").c_str(), 0600), 0);
  expect_error("pipe.dcm: is no file but a pipe");
  fs::remove(folder_ / "pipe.dcm");
  fs::create_symlink("loop", folder_ / "loop");
  expect_error("loop: is no file but");
}

TEST_F(Dicom, HiddenFilesThatAreNoDicomArePassedOver) {
  add_series(2);
  write_file(folder_ / "._s8.dcm", "resource fork");
  EXPECT_EQ(read_image(folder_.path()).geometry.size[2], 2);
}

TEST_F(Dicom, EveryByteOrderAndFilesWithoutPreamble) {
  for (const bool big : {false, true})
    for (const bool preamble : {false, true}) {
      add("one", {.first = 500, .big_endian = big, .preamble = preamble});
      EXPECT_EQ(read_image(folder_.path()).voxels[1], 2 * 501 - 1024) << big << preamble;
    }
}

// Wherever a file is cut, it is refused, in both byte orders.
TEST_F(Dicom, EveryCutIsRefused) {
  for (const bool big : {false, true}) {
    const std::string whole = dicom_file({.big_endian = big});
    for (std::size_t size = 140; size < whole.size(); size += 7) {
      write_file(folder_ / "one.dcm", whole.substr(0, size));
      EXPECT_NE(error(), "no error") << size << (big ? " big" : " little");
    }
    write_file(folder_ / "one.dcm", whole.substr(0, whole.size() - 1));
    expect_error("one.dcm: ends early");
  }
}

TEST_F(Dicom, FewerOrMorePixelsThanTheHeaderSays) {
  add("one", {.rows = 4});
  expect_error("ends early, its pixels are not complete: 24 bytes for 4 x 4");
  add("one", {.rows = 2});
  expect_error("holds 24 bytes of pixels where its header says 16");
  add("one", {.columns = 3});
  expect_error("holds 24 bytes of pixels where its header says 18");
  std::vector<std::uint32_t> padded(20);
  padded[1] = 500;
  add("one", {.raw = padded});
  EXPECT_EQ(read_image(folder_.path()).voxels[1], -24);  // zeros that some writers append
  add("one", {.columns = 0});
  expect_error("3 rows and 0 columns");
  add("one", {.frames = "2"});
  expect_error("holds 2 frames");
  add("one", {.frames = "many"});
  expect_error("Number of Frames is 'many'");
}

TEST(DicomFile, FragmentsMustBeWhole) {
  const std::string whole =
      dicom_file({.syntax = "1.2.840.10008.1.2.4.70", .fragments = {"jpegs!", "more"}});
  const auto parse = [](const std::string& bytes) {
    return parse_dicom(std::as_bytes(std::span(bytes)));
  };
  EXPECT_EQ(parse(whole).damage, "");
  EXPECT_EQ(parse(whole).pixels.size(), 2U);
  EXPECT_EQ(parse(whole).syntax, "1.2.840.10008.1.2.4.70");
  EXPECT_EQ(parse(whole.substr(0, whole.size() - 8)).damage, "");  // only the end mark is missing
  EXPECT_NE(parse(whole.substr(0, whole.size() - 10)).damage, "");
  EXPECT_FALSE(parse("hello").dicom);
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
