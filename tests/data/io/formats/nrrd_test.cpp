#include "data/io/formats/nrrd.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "data/io/image_io.h"
#include "tests/data/io/dicom/deflate_fixture.h"
#include "tests/data/io/image_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::error_of;

class Nrrd : public ::testing::Test {
 protected:
  Image read(const std::string& bytes) {
    write_file(folder_ / "x.nrrd", bytes);
    Image image = read_image(folder_ / "x.nrrd");
    EXPECT_EQ(testing::values_of(read_stored({folder_ / "x.nrrd"})), image.voxels);
    return image;
  }
  // 2 x 2 x 1 voxels of one byte each: 1, 2, 3, 4.
  Image with(const std::string& fields, const std::string& voxels = "\1\2\3\4") {
    return read("NRRD0004\ntype: uchar\ndimension: 3\nsizes: 2 2 1\n" + fields + "\n" + voxels);
  }
  std::string refusal(const std::string& fields) {
    return error_of([&] { (void)with(fields); });
  }
  testing::TemporaryFolder folder_;
};

const std::vector<float> kOneToFour{1, 2, 3, 4};

TEST_F(Nrrd, SpacesAreTurnedToLps) {
  const std::string steps =
      "space directions: (0,2,0) (3,0,0) (0, 0, 4)\nspace origin: (1,2,3)\nencoding: raw\n";
  struct Row {
    const char* space;
    double x, y;
  };
  for (const auto& [space, x, y] :
       {Row{"RAS", -1, -1}, Row{"left-anterior-superior", 1, -1},
        Row{"left-posterior-superior", 1, 1}, Row{"scanner-xyz", 1, 1}}) {
    const Geometry g = with("space: " + std::string(space) + "\n" + steps).geometry;
    EXPECT_EQ(g.spacing, (std::array<double, 3>{2, 3, 4})) << space;
    EXPECT_EQ(g.origin, (std::array<double, 3>{x, 2 * y, 3})) << space;
    EXPECT_EQ(g.direction, (std::array<double, 9>{0, x, 0, y, 0, 0, 0, 0, 1})) << space;
  }
  EXPECT_NE(refusal("space: scanner-xyz-time\n" + steps).find("scanner-xyz-time"),
            std::string::npos);
}

TEST_F(Nrrd, AxesWithoutASpaceStartAtTheirEdgeOrCentre) {
  const std::string fields = "spacings: 2 4 nan\naxismins: 10 20 30\nencoding: raw\n";
  EXPECT_EQ(with(fields).geometry.origin, (std::array<double, 3>{11, 22, 30.5}));
  EXPECT_EQ(with("centers: node cell node\n" + fields).geometry.origin,
            (std::array<double, 3>{10, 22, 30}));
}

TEST_F(Nrrd, LinesAndBytesAreSkipped) {
  EXPECT_EQ(with("line skip: 2\nbyteskip: 3\nencoding: raw\n", "a\nb\nxyz\1\2\3\4").voxels,
            kOneToFour);
  EXPECT_EQ(with("byte skip: -1\nencoding: raw\n", "whatever\1\2\3\4").voxels, kOneToFour);
  // In a compressed file lines are skipped before the stream, bytes within it.
  EXPECT_EQ(
      with("line skip: 1\nbyte skip: 3\nencoding: gz\n", "a\n" + testing::gzipped("xyz\1\2\3\4"))
          .voxels,
      kOneToFour);
  EXPECT_NE(refusal("line skip: 99\nencoding: raw\n").find("fewer lines"), std::string::npos);
  EXPECT_NE(refusal("byte skip: 9999999999\nencoding: raw\n").find("early"), std::string::npos);
  EXPECT_NE(refusal("byte skip: -1\nencoding: gzip\n").find("byte skip"), std::string::npos);
}

TEST_F(Nrrd, BothByteOrdersAndLineEndsAreRead) {
  const std::string header =
      "NRRD0001\r\n# a comment\r\nTYPE: int16\r\ndimension: 2\r\nsizes: 2 1\r\nkey: a:=b: c\r\n"
      "encoding: raw\r\n";
  const std::string voxels("\1\2\3\4", 4);
  EXPECT_EQ(read(header + "endian: big\r\n\r\n" + voxels).voxels, (std::vector<float>{258, 772}));
  EXPECT_EQ(read(header + "endian: little\r\n\r\n" + voxels).voxels,
            (std::vector<float>{513, 1027}));
  EXPECT_NE(error_of([&] { (void)read(header + "\r\n" + voxels); }).find("endian"),
            std::string::npos);
}

TEST_F(Nrrd, AnAxisOfOneValueIsNone) {
  const std::string header =
      "NRRD0004\ntype: uchar\ndimension: 4\nencoding: raw\nkinds: list domain domain domain\n"
      "space: LPS\nspace directions: none (1,0,0) (0,1,0) (0,0,1)\n";
  EXPECT_EQ(read(header + "sizes: 1 2 2 1\n\n\1\2\3\4").voxels, kOneToFour);
  EXPECT_NE(error_of([&] {
              (void)read(header + "sizes: 2 2 1 1\n\n\1\2\3\4");
            }).find("2 values per voxel"),
            std::string::npos);
}

TEST_F(Nrrd, APictureIsASlice) {
  const Image image = read(
      "NRRD0004\ntype: uchar\ndimension: 2\nsizes: 4 1\nencoding: raw\nspace dimension: 2\n"
      "space directions: (0,1) (-2,0)\n\n\1\2\3\4");
  EXPECT_EQ(image.geometry.size, (std::array<std::int64_t, 3>{4, 1, 1}));
  EXPECT_EQ(image.geometry.direction, (std::array<double, 9>{0, -1, 0, 1, 0, 0, 0, 0, 1}));
}

TEST_F(Nrrd, WhatIsNotReadIsNamed) {
  struct Row {
    const char *fields, *named;
  };
  for (const auto& [fields, named] : {
           Row{"encoding: bzip2\n", "bzip2"},
           {"encoding: hex\n", "hex"},
           {"encoding: raw\nsizes: 2 2 1\n", "'sizes' twice"},
           {"encoding: raw\nspace: LPS\nspacings: 1 1 1\n", "space directions"},
           {"encoding: raw\nspace: LPS\nspace directions: (1,0) (0,1) (0,0)\n", "3 numbers"},
           {"encoding: raw\nspace units: \"m\" \"m\" \"m\"\nspace: LPS\n"
            "space directions: (1,0,0) (0,1,0) (0,0,1)\n",
            "not mm"},
           {"encoding: raw\naxis maxs: 1 1 1\n", "no spacings"},
           {"encoding: raw\nspacings: 1 1\n", "2 values where 3"},
           {"encoding: raw\nspacings: 1 1 x\n", "'x'"},
           {"encoding: raw\nnonsense\n", "no field"},
       })
    EXPECT_NE(refusal(fields).find(named), std::string::npos) << fields << refusal(fields);
  for (const char* sizes : {"2 2", "0 2 2", "-2 2 1", "2 2 1.5", "99999999999999999999 1 1"})
    EXPECT_NE(error_of([&] {
                (void)read("NRRD0004\ntype: uchar\ndimension: 3\nsizes: " + std::string(sizes) +
                           "\nencoding: raw\n\n\1\2\3\4");
              }).find("sizes"),
              std::string::npos)
        << sizes;
  EXPECT_NE(
      error_of([&] {
        (void)read("NRRD0004\ntype: block\ndimension: 1\nsizes: 4\nencoding: raw\n\n\1\2\3\4");
      }).find("block"),
      std::string::npos);
  EXPECT_NE(error_of([&] { (void)read("NRRD0009\n\n"); }).find("header"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
