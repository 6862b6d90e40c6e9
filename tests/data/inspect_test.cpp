#include "data/inspect.h"

#include <algorithm>
#include <limits>

#include "tests/data/data_set_fixture.h"

namespace myoseg {
namespace {

class Inspect : public testing::DataSetTest {
 protected:
  // The one finding about `subject` whose sentence holds `part`.
  static void expect(const std::vector<Finding>& findings, bool fatal, const std::string& subject,
                     const std::string& part) {
    const auto count = std::count_if(findings.begin(), findings.end(), [&](const Finding& f) {
      return f.fatal == fatal && f.subject == subject && f.sentence.find(part) != std::string::npos;
    });
    EXPECT_EQ(count, 1) << subject << ": " << part;
    if (count != 1)
      for (const auto& f : findings)
        ADD_FAILURE() << f.fatal << " " << f.subject << ": " << f.sentence;
  }
  [[nodiscard]] std::vector<Finding> of_cases() const { return inspect(load_dataset(options())); }
  void replace_scan(const Image& image) { write_image(folder_ / "imagesTr/b_0000.nrrd", image); }
  void replace_label(const LabelMap& map) { write_label_map(folder_ / "labelsTr/b.nrrd", map, {}); }
};

TEST_F(Inspect, NothingWrong) {
  add_three_cases();
  EXPECT_TRUE(of_cases().empty());
  EXPECT_TRUE(inspect_files(options()).empty());
  const std::string report = report_text({}, load_dataset(options()));
  EXPECT_NE(report.find("3 cases of 3 patients"), std::string::npos) << report;
  EXPECT_NE(report.find("size 4 x 3 x 2 voxels, spacing 1 x 1 x 5 mm"), std::string::npos)
      << report;
  EXPECT_NE(report.find("4.167 %  3 of 3"), std::string::npos) << report;  // 1 voxel of 24
  EXPECT_NE(report.find("nothing found to be wrong"), std::string::npos) << report;
}

TEST_F(Inspect, UnreadableImageIsAFinding) {
  add_three_cases();
  write_file(folder_ / "imagesTr/b_0000.nrrd", "broken");
  expect(of_cases(), true, "b", "b_0000.nrrd");
}

TEST_F(Inspect, GridsMustAgree) {
  add_three_cases();
  LabelMap map = label();
  map.geometry.origin[2] = 5;
  replace_label(map);
  expect(of_cases(), true, "b", "image and label differ in origin");
}

TEST_F(Inspect, LabelValues) {
  add_three_cases();
  LabelMap map = label();
  map.voxels[0] = map.voxels[1] = 7;
  replace_label(map);
  expect(of_cases(), true, "b", "7 (2 voxels)");
  replace_label(LabelMap(map.geometry, 1));
  expect(of_cases(), false, "b", "empty");
}

TEST_F(Inspect, ValuesOfTheScan) {
  add_three_cases();
  Image image = scan(2);
  image.voxels[3] = std::numeric_limits<float>::quiet_NaN();
  replace_scan(image);
  expect(of_cases(), true, "b", "1 voxels of b_0000.nrrd are NaN");
  const auto expect_range = [&](float low, float high, const std::string& part) {
    for (std::size_t i = 0; i < image.voxels.size(); ++i) image.voxels[i] = i % 2 == 0 ? low : high;
    replace_scan(image);
    expect(of_cases(), false, "b", part);
  };
  expect_range(0, 1, "0..1");
  expect_range(0, 250, "8-bit picture");
  expect_range(0, 2000, "rescale intercept");
  expect_range(-160, 240, "no air");
  expect_range(-1000, 90, "no bone");
  expect_range(40, 40, "all voxels have the value 40");
}

TEST_F(Inspect, OtherModalitiesHaveNoHounsfieldUnits) {
  add_three_cases();
  json(R"({"channel_names": {"0": "MRI"}, "labels": {"background": 0, "psoas": 1, "rectus": 2},
           "numTraining": 3, "file_ending": ".nrrd"})");
  Image image = scan(2);
  for (float& v : image.voxels) v = 10 + std::abs(v);
  replace_scan(image);
  EXPECT_TRUE(of_cases().empty());
}

TEST_F(Inspect, OddSpacing) {
  add_three_cases();
  Image image = scan(2);
  LabelMap map = label();
  image.geometry.spacing = map.geometry.spacing = {0.05, 0.05, 5};
  replace_scan(image);
  replace_label(map);
  expect(of_cases(), false, "b", "outside 0.1 to 20 mm");
  image.geometry.spacing = map.geometry.spacing = {0.5, 0.5, 6};
  replace_scan(image);
  replace_label(map);
  expect(of_cases(), false, "b", "tenfold");
}

TEST_F(Inspect, SameVoxelsUnderTwoNames) {
  add_three_cases();
  replace_scan(scan(1));
  expect(of_cases(), true, "b", "same voxels as case a");
  replace_scan(scan(2));
  write_image(folder_ / "imagesTs/t_0000.nrrd", scan(3));
  expect(of_cases(), true, "t", "same voxels as case c");
}

TEST_F(Inspect, SplitsThatMixPatients) {
  add_three_cases();
  write_file(folder_ / "cases.csv", "case,patient\na,P1\nb,P1\nc,P2\n");
  const auto splits = [&](const std::string& text) {
    write_file(folder_ / "splits_final.json", text);
    return of_cases();
  };
  expect(splits(R"([{"train": ["a"], "val": ["b"]}])"), true, "splits_final.json", "both sides");
  expect(splits(R"([{"train": ["c"], "val": ["a"]}, {"train": ["c"], "val": ["b"]},
                    {"train": ["a"], "val": ["c"]}])"),
         true, "b", "held out in fold 0 and again in fold 1");
  expect(splits(R"([{"train": ["c"], "val": ["a", "b"]}])"), false, "c", "in no fold");
}

TEST_F(Inspect, FilesOfTheFolder) {
  add_three_cases();
  add_case("d", 4);
  namespace fs = std::filesystem;
  fs::remove(folder_ / "labelsTr/a.nrrd");
  fs::remove(folder_ / "imagesTr/b_0000.nrrd");
  write_image(folder_ / "imagesTr/c_0001.nrrd", scan(5));
  write_image(folder_ / "imagesTr/c_0000.nii", scan(3));
  write_file(folder_ / "labelsTr/notes.txt", "x");
  write_file(folder_ / "cases.csv", "case,age\na,1\nc,2\nz,3\n");
  write_image(folder_ / "imagesTs/a_0000.nrrd", scan(8));
  write_image(folder_ / "imagesTs/e_0002.nrrd", scan(8));
  const auto findings = inspect_files(options());
  expect(findings, true, "a", "labelsTr/a.nrrd is missing");
  expect(findings, false, "b", "labelsTr/b.nrrd has no image");
  expect(findings, false, "c", "channel 1");
  expect(findings, false, "imagesTr", "holds both c_0000.nii and c_0000.nrrd");
  expect(findings, false, "labelsTr/notes.txt", "no image");
  expect(findings, false, "z", "has a row in cases.csv but no image");
  expect(findings, false, "d", "has no row in cases.csv");
  expect(findings, true, "a", "another in imagesTs");
  expect(findings, true, "e", "imagesTs/e_0000.nrrd is missing");
  EXPECT_THROW((void)inspect_files({}), Error);
}

TEST_F(Inspect, CountOfDatasetJson) {
  add_three_cases();
  add_case("d", 4);
  expect(inspect_files(options()), false, "dataset.json",
         "says numTraining 3 but imagesTr holds 4");
}

TEST_F(Inspect, ReportNamesFatalFindingsFirst) {
  add_three_cases();
  std::vector<Finding> findings{{false, "a", "is odd"}, {true, "b", "is wrong"}};
  for (const char* id : {"c", "d", "e", "f", "g"}) findings.push_back({false, id, "is odd"});
  const std::string report = report_text(findings, load_dataset(options()));
  EXPECT_NE(
      report.find("1 fatal, 6 other findings\n  FATAL  b: is wrong\n  note   a, c, d, e and 2 "
                  "more: is odd\n"),
      std::string::npos)
      << report;
}

}  // namespace
}  // namespace myoseg
