#include "data/io/image_io.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/files.h"
#include "tests/data/io/image_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::oblique;

class ImageIo : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
};

void expect_same_grid(const Geometry& a, const Geometry& b) {
  EXPECT_EQ(a.size, b.size);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(a.spacing[i], b.spacing[i], 1e-6);
    EXPECT_NEAR(a.origin[i], b.origin[i], 1e-4);
  }
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(a.direction[i], b.direction[i], 1e-6);
}

class EveryFormat : public ::testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] fs::path file() const { return folder_ / (std::string("case.01") + GetParam()); }
  testing::TemporaryFolder folder_;
};

TEST_P(EveryFormat, ScanComesBack) {
  Image image(oblique(), 1);
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    image.voxels[i] = static_cast<float>(i) * 7 - 200;
  write_image(file(), image);
  const Image back = read_image(file());
  EXPECT_EQ(back.voxels, image.voxels);
  expect_same_grid(back.geometry, image.geometry);
  const StoredImage stored = read_stored({file(), file()});
  EXPECT_EQ(stored.channels.size(), 2U);
  EXPECT_EQ(testing::values_of(stored), testing::values_of(read_channels({file(), file()})));
  expect_same_grid(stored.geometry, image.geometry);
}

TEST_P(EveryFormat, FractionsComeBack) {
  Image image(oblique(), 1, 0.125F);
  image.voxels[7] = 1e6F;
  write_image(file(), image);
  EXPECT_EQ(read_image(file()).voxels, image.voxels);
  EXPECT_EQ(testing::values_of(read_stored({file()})), image.voxels);
  image.voxels[5] = std::nanf("");
  write_image(file(), image);
  EXPECT_NE(testing::error_of([&] { (void)read_stored({file()}); }).find("(0, 1, 0)"),
            std::string::npos);
}

TEST_P(EveryFormat, LabelsComeBackFromAMirroredGrid) {
  Geometry g = oblique();
  for (const std::size_t i : {0U, 3U, 6U}) g.direction[i] = -g.direction[i];  // left-handed
  LabelMap map(g, 1);
  for (std::size_t i = 0; i < map.voxels.size(); ++i)
    map.voxels[i] = static_cast<std::uint8_t>(i % 5);
  write_label_map(file(), map, {{{"background", 0}, {"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}}});
  const LabelMap back = read_label_map(file());
  EXPECT_EQ(back.voxels, map.voxels);
  expect_same_grid(back.geometry, g);
}

TEST_P(EveryFormat, TruncatedFileIsOneSentence) {
  Image image(oblique(), 1);
  std::uint32_t noise = 1;  // incompressible, so that half a file is half the voxels
  for (float& v : image.voxels)
    v = static_cast<float>((noise = noise * 1664525 + 1013904223) >> 20);
  write_image(file(), image);
  const fs::path cut = GetParam() == std::string(".mhd") ? folder_ / "case.01.raw" : file();
  fs::resize_file(cut, fs::file_size(cut) - 60);
  const std::string error = error_of([&] { (void)read_image(file()); });
  EXPECT_NE(error.find("case.01"), std::string::npos) << error;
  EXPECT_NE(error.find("early"), std::string::npos) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos) << error;
}

TEST_P(EveryFormat, NothingButTheFileIsLeft) {
  write_image(file(), Image(oblique(), 1));
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder_.path())) ++count;
  EXPECT_EQ(count, GetParam() == std::string(".mhd") ? 2U : 1U);
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat,
                         ::testing::Values(".nii", ".nii.gz", ".nrrd", ".seg.nrrd", ".mha",
                                           ".mhd"));

TEST(ImageNames, StemsAndEndings) {
  EXPECT_EQ(image_stem("a/case_01.nii.gz"), "case_01");
  EXPECT_EQ(image_stem("case.01.seg.nrrd"), "case.01");
  EXPECT_EQ(image_stem("x.mhd"), "x");
  EXPECT_EQ(image_stem("series_7"), "series_7");
  EXPECT_TRUE(is_image_name("x.nrrd"));
  EXPECT_TRUE(is_image_name("x.png"));
  EXPECT_FALSE(is_image_name("x.jpg"));
  EXPECT_FALSE(is_image_name(".nii"));
}

TEST_F(ImageIo, OtherFilesAreRefused) {
  EXPECT_NE(error_of([&] { (void)read_image(folder_ / "x.png"); }).find("no such file"),
            std::string::npos);
  write_file(folder_ / "x.mha", "hello");
  EXPECT_NE(error_of([&] { (void)read_image(folder_ / "x.mha"); }).find("header"),
            std::string::npos);
  write_file(folder_ / "x.txt", "hello");
  EXPECT_NE(error_of([&] { (void)read_image(folder_ / "x.txt"); }).find(".seg.nrrd"),
            std::string::npos);
}

TEST_F(ImageIo, LabelMapsHoldWholeNumbersOnly) {
  Image image(oblique(), 1);
  for (const float bad : {0.5F, 256.0F, -1.0F, std::numeric_limits<float>::quiet_NaN()}) {
    image.at(2, 1, 0) = bad;
    write_image(folder_ / "x.nrrd", image);
    const std::string error = error_of([&] { (void)read_label_map(folder_ / "x.nrrd"); });
    EXPECT_NE(error.find("voxel (2, 1, 0)"), std::string::npos) << error;
  }
  image.at(2, 1, 0) = 255;
  write_image(folder_ / "x.nrrd", image);
  EXPECT_EQ(read_label_map(folder_ / "x.nrrd").at(2, 1, 0), 255);
}

TEST_F(ImageIo, SegmentationHasSlicersKeys) {
  LabelMap map(oblique(), 1);
  map.at(0, 0, 0) = 2;
  write_label_map(folder_ / "x.seg.nrrd", map,
                  {{{"background", 0}, {"rectus abdominis", 1}, {"psoas", 2}}});
  const std::string bytes = read_file(folder_ / "x.seg.nrrd");
  const std::string header = bytes.substr(0, bytes.find("\n\n"));
  for (const char* line :
       {"NRRD000", "type: unsigned char", "dimension: 3", "space: left-posterior-superior",
        "sizes: 5 4 3", "Segment0_ID:=Segment_1", "Segment0_Name:=rectus abdominis",
        "Segment0_LabelValue:=1", "Segment0_Layer:=0", "Segment0_Extent:=0 4 0 3 0 2",
        "Segment0_Color:=0 0.447059 0.698039", "Segment1_Name:=psoas", "Segment1_LabelValue:=2",
        "Segment1_Tags:=", "Segmentation_ContainedRepresentationNames:=Binary labelmap|",
        "Segmentation_MasterRepresentation:=Binary labelmap"})
    EXPECT_NE(header.find(line), std::string::npos) << line << "\n" << header;
}

TEST_F(ImageIo, PictureIsAPng) {
  write_png(folder_ / "x.png", 3, 2, std::vector<std::uint8_t>(18, 200));
  const std::string bytes = read_file(folder_ / "x.png");
  EXPECT_EQ(bytes.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(bytes.substr(16, 10),
            std::string("\0\0\0\3\0\0\0\2\x08\x02", 10));  // 3 x 2, 8 bit, RGB
}

}  // namespace
}  // namespace myoseg
