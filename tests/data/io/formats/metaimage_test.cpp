#include "data/io/formats/metaimage.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "data/io/image_io.h"
#include "tests/data/io/dicom/deflate_fixture.h"
#include "tests/data/io/image_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::error_of;

class MetaImage : public ::testing::Test {
 protected:
  // 2 x 2 x 1 voxels of two bytes each, little-endian: 1, 2, 3, 4.
  Image with(const std::string& fields, const std::string& voxels = kVoxels) {
    write_file(folder_ / "x.mha", "NDims = 3\nDimSize = 2 2 1\nElementType = MET_SHORT\n" + fields +
                                      "ElementDataFile = LOCAL\n" + voxels);
    Image image = read_image(folder_ / "x.mha");
    EXPECT_EQ(testing::values_of(read_stored({folder_ / "x.mha"})), image.voxels);
    return image;
  }
  std::string refusal(const std::string& fields) {
    return error_of([&] { (void)with(fields); });
  }
  inline static const std::string kVoxels{"\1\0\2\0\3\0\4\0", 8};
  testing::TemporaryFolder folder_;
};

const std::vector<float> kOneToFour{1, 2, 3, 4};

TEST_F(MetaImage, EveryNameOfAFieldCounts) {
  for (const std::string axes : {"TransformMatrix", "Rotation", "Orientation"})
    for (const std::string place : {"Offset", "Position", "Origin"})
      for (const std::string step : {"ElementSpacing", "ElementSize"}) {
        const Geometry g =
            with(axes + " = 0 1 0 -1 0 0 0 0 1\n" + place + " = 1 2 3\n" + step + " = 4 5 6\n")
                .geometry;
        EXPECT_EQ(g.direction, (std::array<double, 9>{0, -1, 0, 1, 0, 0, 0, 0, 1})) << axes;
        EXPECT_EQ(g.origin, (std::array<double, 3>{1, 2, 3})) << place;
        EXPECT_EQ(g.spacing, (std::array<double, 3>{4, 5, 6})) << step;
      }
  EXPECT_EQ(with("ElementSize = 9 9 9\nElementSpacing = 4 5 6\n").geometry.spacing[0], 4);
  EXPECT_NE(refusal("Offset = 1 2 3\nOrigin = 0 0 0\n").find("contradict"), std::string::npos);
}

TEST_F(MetaImage, ByteOrderHeaderSizeAndPicturesAreRead) {
  EXPECT_EQ(with("").voxels, kOneToFour);
  for (const char* name : {"BinaryDataByteOrderMSB", "ElementByteOrderMSB"})
    EXPECT_EQ(with(std::string(name) + " = True\n").voxels[1], 512);
  EXPECT_EQ(with("HeaderSize = -1\n", "whatever" + kVoxels).voxels, kOneToFour);
  write_file(folder_ / "x.raw", "abc" + kVoxels);
  write_file(folder_ / "x.mhd",
             "NDims = 2\r\nDimSize = 2 2\r\nElementType = MET_SHORT\r\nHeaderSize = 3\r\n"
             "TransformMatrix = 0 1 -1 0\r\nElementDataFile = x.raw\r\n");
  const Image picture = read_image(folder_ / "x.mhd");
  EXPECT_EQ(picture.voxels, kOneToFour);
  EXPECT_EQ(picture.geometry.size, (std::array<std::int64_t, 3>{2, 2, 1}));
  EXPECT_EQ(picture.geometry.direction, (std::array<double, 9>{0, -1, 0, 1, 0, 0, 0, 0, 1}));
  EXPECT_NE(refusal("HeaderSize = 5\n").find("inside the header"), std::string::npos);
}

TEST_F(MetaImage, CompressedVoxelsNeedNoSize) {
  for (const std::string& stream : {testing::zlibbed(kVoxels), testing::gzipped(kVoxels)}) {
    EXPECT_EQ(with("CompressedData = True\n", stream).voxels, kOneToFour);
    const std::string size = "CompressedDataSize = " + std::to_string(stream.size()) + "\n";
    EXPECT_EQ(with("CompressedData = True\n" + size, stream).voxels, kOneToFour);
    EXPECT_EQ(with("CompressedData = True\nHeaderSize = -1\n" + size, "junk" + stream).voxels,
              kOneToFour);
  }
}

TEST_F(MetaImage, WhatIsNotReadIsNamed) {
  struct Row {
    const char *fields, *named;
  };
  for (const auto& [fields, named] : {
           Row{"BinaryData = False\n", "text"},
           {"ElementNumberOfChannels = 3\n", "3 values per voxel"},
           {"ElementToIntensityFunctionSlope = 2\n", "rescaled"},
           {"ElementToIntensityFunctionOffset = -1024\n", "rescaled"},
           {"DistanceUnits = cm\n", "not in mm"},
           {"DimSize = 4 1 1\n", "'DimSize' twice"},
           {"ElementSpacing = 1 1\n", "2 values where 3"},
           {"CompressedData = maybe\n", "maybe"},
           {"ObjectType = Tube\n", "Tube"},
           {"nonsense\n", "header"},
       })
    EXPECT_NE(refusal(fields).find(named), std::string::npos) << fields << refusal(fields);
  EXPECT_EQ(with("ElementToIntensityFunctionSlope = 1\nDistanceUnits = mm\n").voxels, kOneToFour);
}

}  // namespace
}  // namespace myoseg
