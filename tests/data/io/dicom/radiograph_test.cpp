// Radiographs: one DICOM file, its pixel size and its axes.
#include "tests/data/io/dicom/dicom_fixture.h"

namespace myoseg {
namespace {

using testing::DicomFolder;
using testing::DicomSlice;

DicomSlice radiograph() {
  DicomSlice s;
  s.modality = "DX";
  s.sop_class = "1.2.840.10008.5.1.4.1.1.1.1";
  s.is_signed = 0;
  s.intercept = s.slope = "";
  s.placed = false;
  s.pixel_spacing = "";
  return s;
}

class Radiograph : public DicomFolder {
 protected:
  Geometry grid(const DicomSlice& slice) {
    add("one.dcm", slice);
    return read_image(folder_ / "one.dcm").geometry;
  }
};

TEST_F(Radiograph, IsReadAsAFileAndAsAFolder) {
  DicomSlice slice = radiograph();
  slice.photometric = "MONOCHROME1";
  slice.stored = 12;
  slice.first = 95;
  add("one.dcm", slice);
  const Image file = read_image(folder_ / "one.dcm"), folder = read_image(folder_.path());
  EXPECT_EQ(file.voxels, folder.voxels);
  EXPECT_EQ(file.voxels.at(0), 4000);
  EXPECT_EQ(file.geometry.size, (std::array<std::int64_t, 3>{4, 3, 1}));
  EXPECT_EQ(image_stem("x/knee 7.dcm"), "knee 7");
  EXPECT_TRUE(is_dicom_file(folder_ / "one.dcm"));
  EXPECT_FALSE(is_dicom_file(folder_.path()));
}

TEST_F(Radiograph, WithoutAPixelSizeHasNone) {
  const Geometry g = grid(radiograph());
  EXPECT_FALSE(g.has_pixel_size());
  EXPECT_NE(pixel_size_doubt(g, "x.dcm").find("no pixel size"), std::string::npos);
  DicomSlice wrong = radiograph();
  wrong.pixel_spacing = "0\\0.5";
  EXPECT_FALSE(grid(wrong).has_pixel_size());
}

TEST_F(Radiograph, PixelSpacingThatIsCalibratedCounts) {
  DicomSlice slice = radiograph();
  slice.pixel_spacing = "0.15\\0.14";
  EXPECT_EQ(grid(slice).spacing, (std::array<double, 3>{0.14, 0.15, 1}));
  slice.imager_spacing = "0.2\\0.2";
  slice.magnification = "1.3";
  Geometry g = grid(slice);
  EXPECT_EQ(g.pixel_size, PixelSize::stated);
  EXPECT_EQ(g.spacing[0], 0.14);
  EXPECT_EQ(pixel_size_doubt(g, "x.dcm"), "");
  slice.imager_spacing = slice.pixel_spacing;
  slice.calibration = "FIDUCIAL";
  g = grid(slice);
  EXPECT_EQ(g.pixel_size, PixelSize::stated);
  EXPECT_EQ(g.spacing[1], 0.15);
}

TEST_F(Radiograph, TheDetectorsSpacingIsDividedByTheMagnification) {
  DicomSlice slice = radiograph();
  slice.imager_spacing = "0.3\\0.2";
  Geometry g = grid(slice);
  EXPECT_EQ(g.pixel_size, PixelSize::detector);
  EXPECT_EQ(g.spacing, (std::array<double, 3>{0.2, 0.3, 1}));
  EXPECT_NE(pixel_size_doubt(g, "x.dcm").find("magnification"), std::string::npos);
  slice.pixel_spacing = slice.imager_spacing;  // copied, not calibrated
  EXPECT_EQ(grid(slice).pixel_size, PixelSize::detector);
  slice.magnification = "1.25";
  g = grid(slice);
  EXPECT_EQ(g.pixel_size, PixelSize::corrected);
  EXPECT_NEAR(g.spacing[0], 0.16, 1e-12);
  EXPECT_NEAR(g.spacing[1], 0.24, 1e-12);
  slice.magnification = "0";
  EXPECT_EQ(grid(slice).pixel_size, PixelSize::detector);
}

TEST_F(Radiograph, AxesFollowThePatientsOrientation) {
  using Axes = std::array<double, 9>;
  const Axes front{1, 0, 0, 0, 0, 1, 0, -1, 0};
  EXPECT_EQ(grid(radiograph()).direction, front);
  DicomSlice slice = radiograph();
  slice.patient_orientation = "L\\F";
  EXPECT_EQ(grid(slice).direction, front);
  slice.patient_orientation = "R\\F";  // seen from behind
  EXPECT_EQ(grid(slice).direction, (Axes{-1, 0, 0, 0, 0, -1, 0, -1, 0}));
  slice.patient_orientation = "P\\FL";
  EXPECT_EQ(grid(slice).direction, (Axes{0, 0, -1, 1, 0, 0, 0, -1, 0}));
  for (const char* nonsense : {"L\\R", "X\\Y", "L"}) {
    slice.patient_orientation = nonsense;
    EXPECT_EQ(grid(slice).direction, front) << nonsense;
  }
}

TEST_F(Radiograph, IsRefusedWithoutPixelsInColourAndBesideAnother) {
  DicomSlice slice = radiograph();
  slice.pixels = false;
  add("one.dcm", slice);
  expect_error("holds no image");
  add("one.dcm", radiograph());
  add("two.dcm", radiograph());
  expect_error("holds 2 radiographs");
  slice = radiograph();
  slice.modality = "OT";  // any image may be captured: where it lies is not known
  add("one.dcm", slice);
  std::filesystem::remove(folder_ / "two.dcm");
  expect_error("Image Position");
}

}  // namespace
}  // namespace myoseg
