// drr: CTs and masks in, radiographs out.
#include <gtest/gtest.h>

#include "core/files.h"
#include "data/io/image_io.h"
#include "tests/experiments/program_test.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class Drr : public testing::ProgramTest {
 protected:
  // A bone of 3 x 3 x 3 voxels, high on the left, in water.
  static Image scan() {
    Geometry g;
    g.size = {12, 10, 8};
    g.spacing = {1, 2, 3};
    Image image(g, 1, 0);
    each_bone_voxel([&](auto x, auto y, auto z) { image.at(x, y, z) = 1000; });
    return image;
  }
  static LabelMap mask() {
    LabelMap map(scan().geometry, 1);
    each_bone_voxel([&](auto x, auto y, auto z) { map.at(x, y, z) = 1; });
    return map;
  }
  void add(const std::string& name) {
    write_image(folder_ / ("scans/" + name + ".nii.gz"), scan());
    write_label_map(folder_ / ("masks/" + name + ".nii.gz"), mask(), {});
  }

 private:
  template <class Use>
  static void each_bone_voxel(const Use& use) {
    for (std::int64_t z = 4; z < 7; ++z)
      for (std::int64_t y = 3; y < 6; ++y)
        for (std::int64_t x = 8; x < 11; ++x) use(x, y, z);
  }
};

TEST_F(Drr, AFolderOfScansAndMasksIsProjectedOnce) {
  add("a");
  add("b");
  const std::vector<std::string> command{"drr", "input=scans", "mask=masks", "out=drr"};
  expect_words(run(command), {"2 of 2 scans projected (2 now, 0 before)",
                              "a: 12 x 8 pixels of 1 x 3 mm, black is 0 and white is 300"});
  const Image drr = read_image(folder_ / "drr/a.nii.gz");
  const LabelMap flat = read_label_map(folder_ / "drr/masks/a.nii.gz");
  EXPECT_EQ(drr.geometry.size, (std::array<std::int64_t, 3>{12, 8, 1}));
  EXPECT_EQ(drr.geometry.spacing, (std::array<double, 3>{1, 3, 1}));
  EXPECT_EQ(difference(drr.geometry, flat.geometry), "");
  for (std::int64_t j = 0; j < 8; ++j)
    for (std::int64_t i = 0; i < 12; ++i) {
      const bool bone = i >= 8 && i < 11 && j >= 1 && j < 4;  // the head is up, left is right
      EXPECT_EQ(drr.at(i, j, 0), bone ? 300 : 0);
      EXPECT_EQ(flat.at(i, j, 0), bone ? 1 : 0);
    }
  const std::string png = read_file(folder_ / "drr/a.png");
  ASSERT_GT(png.size(), 26U);
  EXPECT_EQ(png.substr(1, 3), "PNG");
  EXPECT_EQ(png[24], 16);  // bits
  EXPECT_EQ(png[25], 0);   // grey

  expect_words(run(command), {"2 of 2 scans projected (0 now, 2 before)"});
  expect_words(run({"drr", "input=scans", "mask=masks", "out=drr", "ray=maximum"}),
               {"(2 now, 0 before)"});
  EXPECT_EQ(read_image(folder_ / "drr/a.nii.gz").at(9, 2, 0), 1000);
}

TEST_F(Drr, ABadScanDoesNotEndTheOthers) {
  add("good");
  add("empty");
  add("shifted");
  add("flat");
  add("alone");
  write_label_map(folder_ / "masks/empty.nii.gz", LabelMap(scan().geometry, 1), {});
  LabelMap shifted = mask();
  shifted.geometry.origin[2] += 3;
  write_label_map(folder_ / "masks/shifted.nii.gz", shifted, {});
  Geometry one = scan().geometry;
  one.size[1] = 1;
  write_image(folder_ / "scans/flat.nii.gz", Image(one, 1, 0));
  write_label_map(folder_ / "masks/flat.nii.gz", LabelMap(one, 1, 1), {});
  fs::remove(folder_ / "masks/alone.nii.gz");
  expect_words(
      run({"drr", "input=scans", "mask=masks", "out=drr"}, 3),
      {"4 of 5 scans failed", "empty.nii.gz: labels nothing",
       "shifted.nii.gz does not lie on the grid of",
       "flat.nii.gz: cannot be projected: it is a picture", "alone: has no mask of its name"});
  EXPECT_TRUE(fs::exists(folder_ / "drr/good.png"));
  EXPECT_FALSE(fs::exists(folder_ / "drr/empty.nii.gz"));
}

TEST_F(Drr, FoldersOfImageFilesBesideScansAreNoSeries) {
  add("a");
  write_label_map(folder_ / "scans/masks/a.nii.gz", mask(), {});
  expect_words(run({"drr", "input=scans", "out=drr"}),
               {"skipped 1 folders of image files, which hold no DICOM series (masks)",
                "1 of 1 scans projected"});
  fs::remove(folder_ / "scans/a.nii.gz");
  expect_words(run({"drr", "input=scans", "out=drr"}, 3), {"holds no scan", "name one of these"});
}

TEST_F(Drr, WhatIsNoScanAndWhatCannotBeIsSaid) {
  add("a");
  add("b");
  write_png(folder_ / "a.png", 1, 1, std::vector<std::uint8_t>(3));
  write_file(folder_ / "a.txt", "no scan");
  expect_words(run({"drr", "input=a.txt", "out=drr"}, 3), {"a.txt", "no image format"});
  expect_words(run({"drr", "input=a.png", "out=drr"}, 3), {"a.png", "it is a picture"});
  expect_words(run({"drr", "input=scans", "mask=masks/a.nii.gz", "out=drr"}, 2),
               {"one label map, but input has 2 scans"});
  expect_words(run({"drr", "input=scans", "out=scans"}, 2), {"scans"});
  expect_words(run({"drr", "input=scans", "out=drr", "view=oblique"}, 2), {"coronal", "sagittal"});
  expect_words(run({"drr", "input=scans", "out=drr", "source_distance_mm=3"}, 2),
               {"source_distance_mm=3", "too near"});
  expect_words(run({"drr", "input=scans", "out=drr", "window=[3,1]"}, 2), {"window must rise"});
}

}  // namespace
}  // namespace myoseg
