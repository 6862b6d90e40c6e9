#include "data/inspect/inspect.h"

#include <algorithm>
#include <limits>

#include "tests/data/dataset/data_set_fixture.h"

namespace myoseg {
namespace {

class Inspect : public testing::DataSetTest {
 protected:
  // The one finding about `subject` whose sentence holds `part`.
  static void expect(const std::vector<Finding>& findings, bool fatal, const std::string& subject,
                     const std::string& part) {
    const auto count = std::count_if(findings.begin(), findings.end(), [&](const Finding& f) {
      return f.fatal == fatal && f.subject == subject &&
             (f.sentence + " (" + f.detail + ")").find(part) != std::string::npos;
    });
    EXPECT_EQ(count, 1) << subject << ": " << part;
    if (count != 1)
      for (const auto& f : findings)
        ADD_FAILURE() << f.fatal << " " << f.subject << ": " << f.sentence << " " << f.detail;
  }
  [[nodiscard]] std::vector<Finding> of_cases() const {
    return inspect(load_dataset(options())).findings;
  }
  [[nodiscard]] std::vector<Finding> of_files() const {
    std::vector<Finding> findings;
    (void)load_dataset(options(), findings);
    return findings;
  }
  void replace_scan(const Image& image) { write_image(folder_ / "imagesTr/b_0000.nrrd", image); }
  void replace_label(const LabelMap& map) { write_label_map(folder_ / "labelsTr/b.nrrd", map, {}); }
};

TEST_F(Inspect, NothingWrong) {
  add_three_cases();
  EXPECT_TRUE(of_cases().empty());
  EXPECT_TRUE(of_files().empty());
  const Dataset dataset = load_dataset(options());
  const std::string report = report_text(inspect(dataset), dataset);
  EXPECT_NE(report.find("3 cases of 3 patients, each case a patient of its own"), std::string::npos)
      << report;
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
  expect(of_cases(), true, "b", "image and label lie on different grids (origin");
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
  expect(of_cases(), true, "b", "NaN or infinite (1 in b_0000.nrrd)");
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
  expect_range(40, 40, "all voxels have one value (40");
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
  const auto refused = [&](const std::string& text, const std::string& part) {
    write_file(folder_ / "splits_final.json", text);
    try {
      (void)make_folds(load_dataset(options()), {}, 0);
      ADD_FAILURE() << "no error; expected: " << part;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  refused(R"([{"train": ["a"], "val": ["b"]}])", "both sides");
  refused(R"([{"train": ["c"], "val": ["a"]}, {"train": ["c"], "val": ["b"]}])",
          "patient P1 (case b) is held out in fold 0 and again in fold 1");
}

TEST_F(Inspect, Folds) {
  add_three_cases();
  const Dataset dataset = load_dataset(options());
  const LabelsOfCases labels{{"a", {0, 1}}, {"b", {0, 1, 2}}, {"c", {0}}};
  const std::vector<Fold> folds{{{"b"}, {}, {"a"}}, {{"c"}, {"a"}, {"b"}}};
  const auto findings = inspect_folds(folds, dataset, labels);
  expect(findings, false, "fold 0", "no held-out case has the label rectus");
  expect(findings, true, "fold 1", "training cases have no foreground");
  expect(findings, false, "c", "is held out in no fold");
  EXPECT_EQ(findings.size(), 3U);
}

TEST_F(Inspect, ALabelThatNoCaseHas) {
  add_three_cases();
  LabelMap map = label();
  std::replace(map.voxels.begin(), map.voxels.end(), 2, 0);
  for (const char* id : {"a", "b", "c"})
    write_label_map(folder_ / ("labelsTr/" + std::string(id) + ".nrrd"), map, {});
  expect(of_cases(), false, "rectus", "no case has");
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
  write_file(folder_ / "cases.csv", "case,patient\nd,1\n");
  write_image(folder_ / "imagesTs/d_0000.nrrd", scan(8));
  write_file(folder_ / "imagesTs/.d_0000.nrrd", "x");
  const auto findings = of_files();
  expect(findings, true, "a", "has an image but no label (there is no labelsTr/a.nrrd)");
  expect(findings, false, "b", "its label has no image in imagesTr (labelsTr/b.nrrd)");
  expect(findings, false, "c", "channel 1");
  expect(findings, true, "c", "imagesTr holds it twice; keep one (c_0000.nii and c_0000.nrrd)");
  expect(findings, false, "labelsTr/notes.txt", "no image");
  expect(findings, true, "d", "another in imagesTs");
  EXPECT_EQ(std::count_if(findings.begin(), findings.end(),
                          [](const Finding& f) { return f.subject.find(".d") == 0; }),
            0);
  EXPECT_THROW((void)load_dataset(options()), Error);
}

TEST_F(Inspect, RowsOfTheTable) {
  add_three_cases();
  write_file(folder_ / "cases.csv", "case,patient\nc,1\nz,3\n");
  const auto findings = of_files();
  expect(findings, false, "z", "has a row in cases.csv but no image");
  expect(findings, false, "a", "has no row in cases.csv");
}

TEST_F(Inspect, CountOfDatasetJson) {
  add_three_cases();
  add_case("d", 4);
  expect(of_files(), false, "dataset.json", "says numTraining 3 but imagesTr holds 4");
}

TEST_F(Inspect, ReportNamesFatalFindingsFirst) {
  add_three_cases();
  std::vector<Finding> findings{{false, "a", "is odd", "thus"}, {true, "b", "is wrong", "so"}};
  for (const char* id : {"c", "d", "e", "f", "g"}) findings.push_back({false, id, "is odd"});
  const std::string report = report_text({findings, {}}, load_dataset(options()));
  EXPECT_NE(
      report.find("1 fatal, 6 other findings\n  FATAL  b: is wrong (so)\n  note   a, c, d, e and 2 "
                  "more: is odd (a: thus)\n"),
      std::string::npos)
      << report;
}

}  // namespace
}  // namespace myoseg
