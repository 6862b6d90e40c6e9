// Structures of other programs against those programs' own voxels.
#include "data/io/structures/structures.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "data/io/image_io.h"
#include "data/labels.h"
#include "tests/testing/golden.h"
#include "tests/testing/temporary.h"
#include "tests/testing/unpacked.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class Structures : public ::testing::Test {
 protected:
  void SetUp() override {
    testing::unpack_folder(testing::source_folder() / "tests/data/io/dicom_io", folder_.path());
  }
  [[nodiscard]] fs::path at(const std::string& name) const { return folder_.path() / name; }
  static std::string error_of(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
    return "no error";
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Structures, BinarySegmentationsOfDcmqi) {
  for (const char* size : {"23x38x3", "24x38x3"}) {
    const fs::path folder = at(size);
    const auto source = open_structures(folder / "seg/label.seg");
    ASSERT_EQ(source->structures().size(), 1U);
    EXPECT_EQ(source->structures()[0].name, "Liver");
    const LabelMap reference = read_label_map(folder / "nrrd/label.nrrd");
    const LabelMap own = read_label_map(folder / "seg/label.seg");
    EXPECT_EQ(difference(own.geometry, reference.geometry), "");
    EXPECT_EQ(own.voxels, reference.voxels);
    const Geometry image = read_image(folder / "image").geometry;
    EXPECT_EQ(take_labels(*source, image, {{"liver", {"LIV*"}}}).map.voxels, reference.voxels);
  }
}

TEST_F(Structures, OverlappingSegmentsByTheirOwnNumbersAreRefusedAndByATableTakenInItsOrder) {
  const auto source = open_structures(at("partial_overlaps.dcm"));
  EXPECT_NE(error_of([&] {
              (void)read_label_map(at("partial_overlaps.dcm"));
            }).find("'GREEN' and 'ORANGE' overlap in 3017 voxels"),
            std::string::npos);
  const Geometry image = read_image(at("ct-3slice")).geometry;
  const std::vector<std::string> names{"GREEN", "ORANGE", "PURPLE", "LIGHT_BLUE", "DARK_BLUE"};
  for (int part = 1; part <= 3; ++part) {
    const LabelMap reference = read_label_map(at(fmt::format("partial_overlaps-{}.nrrd", part)));
    for (std::size_t i = 0; i < names.size(); ++i) {
      const LabelMap map = take_labels(*source, image, {{"one", {names[i]}}}).map;
      if (count_labels(reference.voxels)[i + 1] == 0) continue;
      for (std::size_t v = 0; v < map.voxels.size(); ++v)
        ASSERT_EQ(map.voxels[v] == 1, reference.voxels[v] == i + 1) << names[i] << v;
    }
  }
  const TakenLabels taken = take_labels(*source, image, {{"a", {"GREEN"}}, {"b", {"ORANGE"}}});
  EXPECT_EQ(count_labels(taken.map.voxels)[2], 11888);
  ASSERT_EQ(taken.notes.size(), 4U);  // three structures that nothing takes, and the overlap
  EXPECT_EQ(taken.notes.back(), "3017 voxels are a and b; they become b");
}

TEST_F(Structures, GapsBetweenFramesAreEmpty) {
  const LabelMap reference = read_label_map(at("sparse_labelmap_noppv_seg.nrrd"));
  for (const char* name : {"sparse-labelmap-noppv.dcm", "sparse-labelmap-ppv5.dcm"}) {
    const LabelMap map = read_label_map(at(name));
    EXPECT_EQ(difference(map.geometry, reference.geometry), "") << name;
    EXPECT_EQ(map.voxels, reference.voxels) << name;
  }
  for (const Structure& one : open_structures(at("sparse-labelmap-ppv5.dcm"))->structures())
    EXPECT_NE(one.number, 5);  // its Pixel Padding Value
}

TEST_F(Structures, SegmentationsOfHighdicom) {
  const auto count = [&](const char* name) {
    return count_labels(read_label_map(at("highdicom") / name).voxels)[1];
  };
  EXPECT_EQ(count("seg_image_ct_binary.dcm"), 127 + 256 + 255);
  EXPECT_EQ(count("seg_image_ct_binary_fractional.dcm"), 127 + 256 + 255);
  EXPECT_EQ(count("seg_image_ct_binary_single_frame.dcm"), 1832);
  const auto overlap = open_structures(at("highdicom/seg_image_ct_binary_overlap.dcm"));
  EXPECT_EQ(overlap->structures()[1].name, "second segment");
  EXPECT_EQ(overlap->grid()->size[2], 163 + 2);  // from -99.48 to 105.52 mm in steps of 1.25
}

TEST_F(Structures, WhatLiesOnAnotherGridIsNamedAndNotMoved) {
  const auto source = open_structures(at("23x38x3/seg/label.seg"));
  Geometry image = read_image(at("23x38x3/image")).geometry;
  const std::vector<LabelRule> rules{{"liver", {"*"}}};
  Geometry moved = image;
  moved.origin[0] += 0.3;
  EXPECT_NE(error_of([&] {
              (void)take_labels(*source, moved, rules);
            }).find("its segment 'Liver' does not fit the image: its voxels lie 0.429 of a voxel"),
            std::string::npos);
  Geometry coarse = image;
  coarse.spacing[0] = 1.4;
  EXPECT_NE(error_of([&] { (void)take_labels(*source, coarse, rules); }).find("0.7 mm wide"),
            std::string::npos);
  Geometry small = image;
  small.size[2] = 1;
  EXPECT_NE(
      error_of([&] { (void)take_labels(*source, small, rules); }).find("outside of the image"),
      std::string::npos);
}

TEST_F(Structures, TheOrderOfAxesDoesNotMoveVoxels) {
  const auto source = open_structures(at("23x38x3/seg/label.seg"));
  Geometry image = read_image(at("23x38x3/image")).geometry;
  const LabelMap straight = take_labels(*source, image, {{"liver", {"*"}}}).map;
  Geometry turned = image;  // from the last slice to the first
  turned.origin[2] += 2 * image.spacing[2];
  turned.direction[8] = -1;
  const LabelMap map = take_labels(*source, turned, {{"liver", {"*"}}}).map;
  for (std::int64_t z = 0; z < 3; ++z)
    for (std::int64_t y = 0; y < 38; ++y)
      for (std::int64_t x = 0; x < 23; ++x) ASSERT_EQ(map.at(x, y, 2 - z), straight.at(x, y, z));
}

TEST_F(Structures, ContoursOfAnOncologistAreTheReferenceMask) {
  const LabelMap reference = read_label_map(at("sts_041_mask.nii.gz"));
  const auto source = open_structures(at("sts_041_contours.dcm"));
  const TakenLabels taken = take_labels(*source, reference.geometry, {{"tumour", {"gtv_mass*"}}});
  EXPECT_EQ(taken.map.voxels, reference.voxels);
  EXPECT_NE(error_of([&] {
              (void)read_label_map(at("sts_041_contours.dcm"));
            }).find("holds contours, which have no grid of their own"),
            std::string::npos);
}

TEST_F(Structures, AFolderWithAMaskAStructure) {
  Geometry grid;
  grid.size = {4, 3, 2};
  LabelMap map(grid, 1);
  map.voxels[5] = 255;
  write_label_map(at("case/femur_left.nii.gz"), map, {});
  map.voxels[5] = 0, map.voxels[6] = 1;
  write_label_map(at("case/psoas.nrrd"), map, {});
  const auto source = open_structures(at("case"));
  const TakenLabels taken =
      take_labels(*source, map.geometry, {{"muscle", {"psoas*"}}, {"bone", {"femur_*", "hip_?"}}});
  EXPECT_EQ(taken.map.voxels[5], 2);
  EXPECT_EQ(taken.map.voxels[6], 1);
  EXPECT_TRUE(taken.notes.empty());
}

// As 3D Slicer writes segments that overlap: a layer each, values of a voxel side by side.
TEST_F(Structures, LayersOfASegNrrd) {
  const std::string header =
      "NRRD0004\ntype: unsigned char\ndimension: 4\nspace: left-posterior-superior\n"
      "sizes: 2 3 1 1\nspace directions: none (1,0,0) (0,1,0) (0,0,1)\n"
      "kinds: list domain domain domain\nencoding: raw\nspace origin: (0,0,0)\n"
      "Segment0_ID:=s1\nSegment0_Name:=fat\nSegment0_LabelValue:=1\nSegment0_Layer:=0\n"
      "Segment1_ID:=s2\nSegment1_Name:=muscle\nSegment1_LabelValue:=3\nSegment1_Layer:=1\n\n";
  const auto write = [&](const std::string& voxels) {
    write_file(at("a.seg.nrrd"), header + voxels);
    return at("a.seg.nrrd");
  };
  const fs::path apart = write(std::string("\1\0\0\3\0\0", 6));
  EXPECT_EQ(read_label_map(apart).voxels, (std::vector<std::uint8_t>{1, 2, 0}));
  const auto source = open_structures(apart);
  EXPECT_EQ(take_labels(*source, *source->grid(), {{"m", {"muscle"}}}).map.voxels,
            (std::vector<std::uint8_t>{0, 1, 0}));
  const fs::path overlapping = write(std::string("\1\3\0\3\0\0", 6));
  EXPECT_NE(error_of([&] {
              (void)read_label_map(overlapping);
            }).find("'fat' and 'muscle' overlap in 1 voxels"),
            std::string::npos);
}

}  // namespace
}  // namespace myoseg
