// Series of scanners and of other programs, against the values that pydicom gives for them. Copies
// of public files (licences beside them); large uncompressed slices are cut to 40 x 32 pixels.
#include <gtest/gtest.h>

#include <numeric>

#include "core/error.h"
#include "data/io/image_io.h"
#include "data/io/itk/itk.h"
#include "tests/testing/golden.h"
#include "tests/testing/temporary.h"
#include "tests/testing/unpacked.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class ReferenceSeries : public ::testing::Test {
 protected:
  fs::path unpack(const std::string& name) {
    testing::unpack_folder(testing::source_folder() / "tests/data/io/dicom_io" / name,
                           folder_ / name);
    return folder_ / name;
  }
  static double mean(const Image& image) {
    return std::accumulate(image.voxels.begin(), image.voxels.end(), 0.0) /
           static_cast<double>(image.voxels.size());
  }
  static std::string error_of(const fs::path& path) {
    try {
      (void)read_image(path);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  testing::TemporaryFolder folder_;
};

// One MR slice in seven transfer syntaxes and two ways of writing sequences.
TEST_F(ReferenceSeries, EveryTransferSyntaxGivesTheSameVoxels) {
  const fs::path series = unpack("transfer_syntaxes");
  const Image first = read_image(series / "1.dcm");
  EXPECT_EQ(first.geometry.size, (std::array<std::int64_t, 3>{384, 384, 1}));
  EXPECT_NEAR(mean(first), 257.95263, 1e-5);
  for (int i = 2; i <= 9; ++i)
    EXPECT_EQ(read_image(series / fmt::format("{}.dcm", i)).voxels, first.voxels) << i;
}

TEST_F(ReferenceSeries, EveryCompressionGivesTheSameVoxels) {
  const Image first = read_image(unpack("compressed_rle"));
  EXPECT_EQ(first.geometry.size, (std::array<std::int64_t, 3>{256, 256, 2}));
  EXPECT_EQ(first.geometry.direction, (std::array<double, 9>{0, 0, -1, 1, 0, 0, 0, -1, 0}));
  for (const char* name : {"compressed_j2k", "compressed_jpeg", "compressed_jpegls"})
    EXPECT_EQ(read_image(unpack(name)).voxels, first.voxels) << name;
}

TEST_F(ReferenceSeries, ImplicitTypesAndBytesOfAnMr) {
  for (const char* name : {"anatomical_001", "anatomical_001_implicit"}) {
    const Image image = read_image(unpack(name));
    EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{40, 32, 4})) << name;
    EXPECT_NEAR(image.geometry.origin[2], 130.05125403404, 1e-9) << name;
  }
}

TEST_F(ReferenceSeries, AMultiFrameFileIsItsSlices) {
  for (const char* size : {"23x38x3", "24x38x3"}) {
    const fs::path folder = unpack(size);
    const Image slices = read_image(folder / "image");
    const Image frames = read_image(folder / "multiframe/mf.dcm");
    EXPECT_EQ(difference(slices.geometry, frames.geometry), "") << size;
    EXPECT_EQ(slices.geometry.spacing[2], 2.5);
    EXPECT_EQ(slices.voxels, frames.voxels) << size;
    EXPECT_NEAR(mean(frames), std::string(size) == "23x38x3" ? 0.11823 : 0.11513, 1e-5);
  }
}

TEST_F(ReferenceSeries, GantryTiltIsRefusedWithItsAngleOrTakenOut) {
  const fs::path series = unpack("gantrytilting");
  EXPECT_NE(error_of(series).find("gantry tilt of 14.0 degrees"), std::string::npos);
  const auto slices = itk_io::dicom_slices(series);
  ASSERT_EQ(slices.size(), 4U);
  const Image image = itk_io::read_dicom("series", slices, {.untilt = true, .even_out = false});
  // Three steps of 5 mm along z are 3 * 5 * sin 14 mm = 3.63 mm in the plane: 9 rows of 0.418 mm.
  EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{40, 41, 4}));
  EXPECT_NEAR(image.geometry.spacing[2], 5 * std::cos(14 * 3.14159265 / 180), 1e-4);
}

TEST_F(ReferenceSeries, AMissingSliceIsRefusedWithPositionsOrInterpolated) {
  const fs::path series = unpack("sliceincrement");
  EXPECT_NE(error_of(series).find("23.108, 28.107, 38.107 mm"), std::string::npos)
      << error_of(series);
  const auto slices = itk_io::dicom_slices(series);
  const Image image = itk_io::read_dicom("series", slices, {.untilt = false, .even_out = true});
  ASSERT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{40, 32, 5}));
  EXPECT_NEAR(image.geometry.spacing[2], 5, 1e-4);
  for (std::int64_t x = 0; x < 40; ++x)
    EXPECT_NEAR(image.at(x, 3, 3), (image.at(x, 3, 2) + image.at(x, 3, 4)) / 2, 1e-3);
}

TEST_F(ReferenceSeries, SlicesAtOnePlaceAreNoVolume) {
  EXPECT_NE(error_of(unpack("notavolume")).find("4 stacks of slices: acquisition 12"),
            std::string::npos);
}

TEST_F(ReferenceSeries, ACtAsItsScannerMadeIt) {
  const Image image = read_image(unpack("ct-3slice"));
  EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{512, 512, 3}));
  EXPECT_EQ(*std::min_element(image.voxels.begin(), image.voxels.end()), -3024);
  EXPECT_NEAR(mean(image), -954.88361, 1e-5);
}

TEST_F(ReferenceSeries, FoldersOfPatientStudyAndSeriesAreWalked) {
  const fs::path series = unpack("compressed_rle");
  fs::create_directories(folder_ / "export/patient/study");
  fs::rename(series, folder_ / "export/patient/study/series");
  EXPECT_EQ(read_image(folder_ / "export").geometry.size[2], 2);
  fs::create_directories(folder_ / "export/patient/other");
  fs::rename(unpack("compressed_jpeg"), folder_ / "export/patient/other/series");
  EXPECT_NE(error_of(folder_ / "export").find("in 2 folders below it"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
