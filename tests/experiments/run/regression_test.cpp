// A regression that an experiment declares: fitted on the training cases of a fixed split, tried on
// its test cases, applied to new scans.
#include <gtest/gtest.h>

#include "core/files.h"
#include "core/table/table.h"
#include "data/io/image_io.h"
#include "tests/experiments/program_test.h"
#include "tests/experiments/tiny.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class DeclaredRegression : public testing::ProgramTest {
 protected:
  // A bright square of this size, which is the muscle.
  static Image scan(int size) {
    Geometry g;
    g.size = {16, 16, 1};
    g.spacing = {10, 10, 5};
    Image image(g, 1, -1000);
    for (std::int64_t y = 2; y < 2 + size; ++y)
      for (std::int64_t x = 2; x < 14; ++x) image.at(x, y, 0) = 60;
    return image;
  }
  static LabelMap label(const Image& image) {
    LabelMap map(image.geometry, 1);
    for (std::size_t i = 0; i < map.voxels.size(); ++i) map.voxels[i] = image.voxels[i] > 0 ? 1 : 0;
    return map;
  }
  // Cases c0 to c8, of which c7 and c8 are the test set; the volume is 100 area + 500 of a man, and
  // a little that nothing explains.
  void data_set() {
    std::string table = "case,patient,sex,volume_ct\n";
    for (int i = 0; i < 9; ++i) {
      const Image image = scan(3 + i);
      const std::string id = "c" + std::to_string(i);
      write_image(folder_ / "ds/imagesTr" / (id + "_0000.nii.gz"), image);
      write_label_map(folder_ / "ds/labelsTr" / (id + ".nii.gz"), label(image), {});
      const double area_cm2 = 12.0 * (3 + i), rest = i % 3 - 1.0;
      table += id + "," + id + (i % 2 == 0 ? ",F," : ",M,") +
               format_number(100 * area_cm2 + (i % 2 == 0 ? 0 : 500) + rest) + "\n";
    }
    write_file(folder_ / "ds/cases.csv", table);
    write_file(
        folder_ / "ds/dataset.json",
        R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "a": 1}, "numTraining": 9})");
    write_file(folder_ / "ds/splits_final.json",
               R"([{"train": ["c0", "c1", "c2", "c3", "c4", "c5", "c6"], "val": ["c7", "c8"]}])");
  }
  static std::vector<std::string> command(const std::string& terms) {
    return testing::tiny_own("run",
                             {"name=net", "preprocess.spacing_mm=[10,10]",
                              "analyses=[{regression: {response: volume_ct, terms: [" + terms +
                                  "], paper_icc: 0.9, notes: ['Printed: p < 0.001.']}}]"});
  }
  fs::path only_run() { return fs::directory_iterator(folder_ / "runs")->path(); }
};

TEST_F(DeclaredRegression, IsFittedTriedReportedAndApplied) {
  data_set();
  run(command("sex, mean_area_cm2_a"));
  const fs::path made = only_run();
  const Table training = read_csv(made / "training_quantities.csv");
  EXPECT_EQ(training.rows.size(), 7U);
  const Table values = read_csv(made / "tables/values.csv");
  EXPECT_EQ(values.columns[1], "fold");
  EXPECT_EQ(values.rows.size(), 2U);

  const Table coefficients = read_csv(made / "tables/analysis_regression.csv");
  ASSERT_EQ(coefficients.rows.size(), 3U);
  EXPECT_EQ(coefficients.rows[1][0], "sex[M]");
  EXPECT_NEAR(coefficients.number(1, 1), 500, 3);
  EXPECT_NEAR(coefficients.number(2, 1), 100, 0.1);
  const Table predictions = read_csv(made / "tables/analysis_regression_predictions.csv");
  ASSERT_EQ(predictions.rows.size(), 2U);
  EXPECT_EQ(predictions.rows[0][0], "c7");
  EXPECT_NEAR(predictions.number(0, predictions.column("predicted_manual")),
              predictions.number(0, predictions.column("true")), 5);
  EXPECT_EQ(read_csv(made / "tables/analysis_regression_agreement.csv").rows.size(), 2U);
  const std::string page = read_file(made / "report.html");
  for (const char* words : {"Regression of volume_ct", "Printed: p &lt; 0.001.",
                            "Fitted on the 7 cases that are never held out"})
    EXPECT_NE(page.find(words), std::string::npos) << words;
  EXPECT_TRUE(fs::exists(made / "figures/analysis_regression_residuals.svg"));

  // Where the table says too little the masks are there all the same.
  for (const char* name : {"x", "y", "z"})
    write_image(folder_ / "in" / (std::string(name) + ".nii.gz"), scan(name[0] - 'x' + 4));
  write_file(folder_ / "who.csv", "case,sex\nx,M\ny,\nz,X\n");
  const std::vector<std::string> predict{"predict", "run=" + made.string(), "input=in", "out=out"};
  auto with_table = predict;
  with_table.push_back("cases=who.csv");
  expect_words(
      run(with_table, 3),
      {"3 of 3 scans predicted", "regression.csv: 1 of 3 scans",
       "y: volume_ct is not predicted: its sex is missing in who.csv",
       "z: volume_ct is not predicted: its sex is 'X', and the regression knows F, M alone"});
  const Table applied = read_csv(folder_ / "out/regression.csv");
  const Table quantities = read_csv(folder_ / "out/quantities.csv");
  ASSERT_EQ(applied.rows.size(), 3U);
  const double area = quantities.number(0, quantities.column("mean_area_cm2"));
  EXPECT_NEAR(
      applied.number(0, 2),
      coefficients.number(0, 1) + coefficients.number(1, 1) + area * coefficients.number(2, 1),
      1e-6);
  EXPECT_LT(applied.number(0, 3), applied.number(0, 2));
  EXPECT_GT(applied.number(0, 4), applied.number(0, 2));
  EXPECT_EQ(applied.rows[1][2], "NA");
  expect_words(run(predict, 3),
               {"x: volume_ct is not predicted: its sex is not known; give cases=TABLE with a "
                "column sex"});
  write_file(folder_ / "who.csv", "case,sex\nx,M\ny,F\nz,F\n");
  expect_words(run(with_table), {"(0 now, 3 before)", "regression.csv: 3 of 3 scans"});

  // One that tells nothing says so, and is not applied.
  run(command("sex, mean_area_cm2_a, max_area_cm2_a"));
  EXPECT_EQ(only_run(), made);
  EXPECT_NE(
      read_file(made / "report.html")
          .find("No coefficients: mean_area_cm2_a, max_area_cm2_a depend on each other linearly"),
      std::string::npos);
  EXPECT_FALSE(fs::exists(made / "tables/analysis_regression.json"));
  expect_words(run(with_table), {"1 of its 1 regressions have no coefficients"});
}

}  // namespace
}  // namespace myoseg
