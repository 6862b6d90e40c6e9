// What in a folder is a scan of its own.
#include "experiments/predict/scans.h"

#include "core/files.h"
#include "tests/data/io/dicom/dicom_fixture.h"

namespace myoseg {
namespace {

using testing::dicom_file;
using testing::DicomFolder;
using testing::DicomSlice;

class FoundScan : public DicomFolder {
 protected:
  static DicomSlice radiograph(const std::string& modality) {
    DicomSlice slice;
    slice.modality = modality;
    slice.placed = false;
    return slice;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Scan& scan : find_scans(folder_.path(), 1, folder_ / "out").scans)
      names.push_back(scan.name);
    return names;
  }
};

TEST_F(FoundScan, RadiographsThatLieTogetherAreAnImageEach) {
  add("knee 1.dcm", radiograph("DX"));
  EXPECT_EQ(names(), std::vector<std::string>{folder_.path().filename().string()});
  add("IM2", radiograph("CR"));
  write_file(folder_ / "DICOMDIR.txt", "no image");
  EXPECT_EQ(names(), (std::vector<std::string>{"IM2", "knee 1"}));
}

TEST_F(FoundScan, SeriesOfAnExportAreAScanEach) {
  for (const char* series : {"ST1/SE1", "ST1/SE2", "ST2/SE1"})
    for (const double z : {0.0, 2.5})
      write_file(folder_ / "PA1" / series / fmt::format("{}.dcm", z), dicom_file({.z = z}));
  DicomSlice dose;
  dose.modality = "RTDOSE";
  write_file(folder_ / "PA1/ST1/DOSE/1.dcm", dicom_file(dose));
  EXPECT_EQ(names(), (std::vector<std::string>{"PA1_ST1_SE1", "PA1_ST1_SE2", "PA1_ST2_SE1"}));
  std::filesystem::remove_all(folder_ / "PA1/ST2");
  std::filesystem::remove_all(folder_ / "PA1/ST1/SE2");
  EXPECT_EQ(names(), (std::vector<std::string>{"PA1"}));  // the dose is no scan
}

TEST_F(FoundScan, FoldersOfStructuresAreNoScans) {
  DicomSlice contours;
  contours.modality = "RTSTRUCT";
  contours.sop_class = "1.2.840.10008.5.1.4.1.1.481.3";
  contours.pixels = false;
  write_file(folder_ / "CT/1.dcm", dicom_file({}));
  write_file(folder_ / "RT/1.dcm", dicom_file(contours));
  EXPECT_EQ(names(), std::vector<std::string>{"CT"});
  const FoundScans found = find_scans(folder_.path(), 1, folder_ / "out");
  ASSERT_EQ(found.skipped.size(), 1U);
  EXPECT_NE(found.skipped[0].find("SEG or RTSTRUCT objects (RT)"), std::string::npos);
}

TEST_F(FoundScan, SlicesThatLieTogetherAreOneSeries) {
  add("1.dcm", {.z = 0});
  add("2.dcm", {.z = 2.5});
  EXPECT_EQ(names(), std::vector<std::string>{folder_.path().filename().string()});
  add("3.dcm", radiograph("DX"));  // reading says what is wrong
  EXPECT_EQ(names(), std::vector<std::string>{folder_.path().filename().string()});
}

}  // namespace
}  // namespace myoseg
