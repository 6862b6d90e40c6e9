#include "data/inspect/modality.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/data/io/dicom/dicom_fixture.h"

namespace myoseg {
namespace {

class Modality : public testing::DicomFolder {
 protected:
  std::string doubt(const std::string& channel) { return modality_doubt(folder_.path(), channel); }
};

TEST_F(Modality, AnotherOneIsNamedTogetherWithTheChannel) {
  add("b.dcm", {.modality = "MR"});
  const std::string sentence = doubt("CT");
  EXPECT_NE(sentence.find("of modality MR"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("channel 'CT' is CT"), std::string::npos) << sentence;
  add("b.dcm", {.modality = "PT"});
  EXPECT_NE(doubt("ct venous").find("of modality PT"), std::string::npos);
  add("b.dcm", {.modality = "CT"});
  for (const char* channel : {"MR", "mri", "T1", "T2w", "dixon_water", "PET", "FLAIR"})
    EXPECT_NE(doubt(channel), "") << channel;
}

TEST_F(Modality, TheSameOneIsNone) {
  add("b.dcm", {.modality = "CT"});
  for (const char* channel : {"CT", "ct", "CT, arterial", "low-dose CT"})
    EXPECT_EQ(doubt(channel), "") << channel;
  add("b.dcm", {.modality = "MR"});
  for (const char* channel : {"MR", "MRI", "T1", "Dixon fat"}) EXPECT_EQ(doubt(channel), "");
  add("b.dcm", {.modality = "PT"});
  EXPECT_EQ(doubt("PET"), "");
  add("b.dcm", {.modality = "CR"});
  for (const char* channel : {"DRR", "radiograph", "DX"}) EXPECT_EQ(doubt(channel), "") << channel;
  EXPECT_EQ(modality_doubt(folder_ / "b.dcm", "DRR"), "");
  EXPECT_NE(modality_doubt(folder_ / "b.dcm", "CT"), "");
}

TEST_F(Modality, NothingIsSaidOfWhatIsUnknown) {
  EXPECT_EQ(doubt("CT"), "");  // an empty folder
  write_file(folder_ / "a.txt", "no DICOM");
  EXPECT_EQ(doubt("CT"), "");
  EXPECT_EQ(modality_doubt(folder_ / "a.txt", "CT"), "");
  EXPECT_EQ(modality_doubt(folder_ / "missing", "CT"), "");
  add("b.dcm", {.modality = "MR"});
  for (const char* channel : {"", "image", "0", "factory", "PET/CT"})
    EXPECT_EQ(doubt(channel), "") << channel;
}

TEST_F(Modality, TheScanDecidesNotWhatLiesBesideIt) {
  add("a.dcm",
      {.sop_class = "1.2.840.10008.5.1.4.1.1.481.3", .modality = "RTSTRUCT", .pixels = false});
  add("b.dcm", {.modality = "CT"});
  ASSERT_EQ(::mkfifo((folder_ / "0.dcm").c_str(), 0600), 0);
  EXPECT_EQ(doubt("CT"), "");
  EXPECT_NE(doubt("MR"), "");
}

}  // namespace
}  // namespace myoseg
