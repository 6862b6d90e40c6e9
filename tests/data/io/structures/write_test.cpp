// Label maps as DICOM objects and back.
#include "data/io/structures/write.h"

#include <gtest/gtest.h>

#include <random>

#include "core/error.h"
#include "core/files.h"
#include "data/io/dicom/file.h"
#include "data/io/image_io.h"
#include "data/io/structures/structures.h"
#include "tests/data/io/dicom/dicom_fixture.h"

namespace myoseg {
namespace {

class WrittenStructures : public testing::DicomFolder {
 protected:
  // An oblique series of 4 x 3 pixels and five slices.
  SourceSeries series() {
    for (int k = 0; k < 5; ++k) {
      testing::DicomSlice slice;
      slice.y = 7 - 1.5 * k;
      slice.z = -30 + 2 * k;
      slice.orientation = "1\\0\\0\\0\\0.8\\0.6";
      slice.extra = testing::element(0x20, 0x52, "UI", "1.2.3.9") +
                    testing::element(0x10, 0x10, "PN", "DOE^JANE");
      add(fmt::format("{}.dcm", k), slice);
    }
    return source_series(folder_.path()).value();
  }
  const LabelSet labels_{{{"background", 0}, {"muscle", 1}, {"psoas_left", 2}}};
  const Maker maker_{"myoseg test", "1.0", "h"};
};

LabelMap random_map(const Geometry& grid, unsigned seed) {
  std::mt19937 random(seed);
  LabelMap map(grid, 1);
  for (auto& voxel : map.voxels) voxel = static_cast<std::uint8_t>(random() % 3);
  return map;
}

TEST_F(WrittenStructures, ASegmentationComesBackToTheVoxel) {
  const SourceSeries source = series();
  const std::filesystem::path file = folder_ / "out/a.seg.dcm";
  for (unsigned seed = 0; seed < 10; ++seed) {
    const LabelMap map = random_map(source.geometry, seed);
    write_segmentation(file, map, labels_, source, maker_);
    const auto back = open_structures(file);
    EXPECT_EQ(back->frame_of_reference(), "1.2.3.9");
    EXPECT_EQ(
        take_labels(*back, source.geometry, {{"m", {"muscle"}}, {"p", {"psoas*"}}}).map.voxels,
        map.voxels);
    const LabelMap own = read_label_map(file);
    EXPECT_EQ(difference(own.geometry, source.geometry), "");
    EXPECT_EQ(own.voxels, map.voxels);
  }
}

TEST_F(WrittenStructures, AnEmptyMapIsAnObjectToo) {
  const SourceSeries source = series();
  write_segmentation(folder_ / "out/a.seg.dcm", LabelMap(source.geometry, 1), labels_, source,
                     maker_);
  const auto back = open_structures(folder_ / "out/a.seg.dcm");
  EXPECT_EQ(take_labels(*back, source.geometry, {{"m", {"*"}}}).map.voxels,
            LabelMap(source.geometry, 1).voxels);
}

TEST_F(WrittenStructures, ContoursComeBackToTheVoxel) {
  const SourceSeries source = series();
  for (unsigned seed = 0; seed < 10; ++seed) {
    const LabelMap map = random_map(source.geometry, seed);
    write_contours(folder_ / "out/a.rtstruct.dcm", map, labels_, source, maker_);
    const auto back = open_structures(folder_ / "out/a.rtstruct.dcm");
    EXPECT_EQ(
        take_labels(*back, source.geometry, {{"m", {"muscle"}}, {"p", {"psoas*"}}}).map.voxels,
        map.voxels);
  }
}

TEST_F(WrittenStructures, TheObjectSaysWhoseItIsAndWhoMadeIt) {
  const SourceSeries source = series();
  write_segmentation(folder_ / "out/a.seg.dcm", random_map(source.geometry, 1), labels_, source,
                     maker_);
  const MappedFile mapped(folder_ / "out/a.seg.dcm");
  const DicomFile file = parse_dicom(mapped.bytes());
  EXPECT_EQ(file.damage, "");
  EXPECT_EQ(file.text(0x00100010), "DOE^JANE");
  EXPECT_EQ(file.text(0x0020000D), "1.2");
  EXPECT_EQ(file.item(0x00081115).text(0x0020000E), "1.2.3");
  EXPECT_EQ(file.item(0x00081115).items(0x0008114A).size(), 5U);
  const auto segments = file.items(0x00620002);
  ASSERT_EQ(segments.size(), 2U);
  EXPECT_EQ(segments[0].item(0x0062000F).text(0x00080100), "91727004");
  EXPECT_EQ(segments[1].item(0x0062000F).item(0x00620011).text(0x00080104), "Left");
  EXPECT_EQ(segments[0].item(0x00620007).text(0x00660036), "myoseg test");
}

TEST_F(WrittenStructures, AMapOfAnotherGridIsRefused) {
  const SourceSeries source = series();
  LabelMap map(source.geometry, 1);
  map.geometry.origin[0] += 1;
  EXPECT_THROW(write_segmentation(folder_ / "a.dcm", map, labels_, source, maker_), Error);
  EXPECT_THROW(write_contours(folder_ / "a.dcm", map, labels_, source, maker_), Error);
}

}  // namespace
}  // namespace myoseg
