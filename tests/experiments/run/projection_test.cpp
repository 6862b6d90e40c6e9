// Runs on radiographs of their cases.
#include <gtest/gtest.h>

#include "core/files.h"
#include "core/table/table.h"
#include "data/io/image_io.h"
#include "tests/experiments/program_test.h"
#include "tests/experiments/tiny.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class ProjectedRun : public testing::ProgramTest {
 protected:
  // A few thin thighs.
  static std::vector<std::string> command(const std::vector<std::string>& more) {
    std::vector<std::string> words{
        "cohort=thigh",       "cohort.subjects=4",      "cohort.size=64",
        "cohort.slices=12",   "postprocess=none",       "preprocess.size=[64,16]",
        "preprocess.fit=pad", "train.epochs=1",         "data.slices=all",
        "report.paper=",      "report.paper_values=[]", "report.regions=[]",
        "report.notes=[]",    "metrics=[dice]",         "report.metrics=[dice]"};
    words.insert(words.end(), more.begin(), more.end());
    return testing::tiny("run", words);
  }
  std::vector<fs::path> in_cache(const std::string& start) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_ / "cache"))
      if (entry.is_directory() && entry.path().filename().string().starts_with(start))
        found.push_back(entry.path());
    return found;
  }
};

TEST_F(ProjectedRun, TrainsAndScoresOnRadiographs) {
  const std::vector<std::string> coronal{"data.projection={view: coronal}", "data.max_patients=3"};
  const auto outcome = run(command(coronal));
  expect_words(outcome, {"project the cases of"});
  ASSERT_EQ(in_cache("projected-").size(), 1U);
  const fs::path made = in_cache("projected-").front(), cohort = in_cache("cohort-").front();
  const Table cases = read_csv(made / "cases.csv"), before = read_csv(cohort / "cases.csv");
  EXPECT_EQ(cases.rows.size(), 3U);
  EXPECT_GT(cases.columns.size(), before.columns.size());
  EXPECT_EQ(cases.columns[before.columns.size()].substr(0, 13), "ct_volume_ml_");
  EXPECT_GT(cases.number(0, before.columns.size()), 0);
  const Image drr = read_image(made / "imagesTr" / (cases.rows[0][0] + "_0000.nii.gz"));
  EXPECT_EQ(drr.geometry.size, (std::array<std::int64_t, 3>{64, 12, 1}));

  // Its networks are for radiographs: a CT's slices are refused, in one sentence.
  const fs::path trained = fs::directory_iterator(folder_ / "runs")->path();
  expect_words(run({"predict", "run=" + trained.string(), "input=" + (cohort / "imagesTr").string(),
                    "out=of_cts"},
                   3),
               {"_0000.nii.gz: is a volume of 12 slices, but the run's networks have seen "
                "radiographs; project it first, 'myoseg drr view=coronal ray=average'",
                "0 of 4 scans predicted"});
  EXPECT_FALSE(fs::exists(folder_ / "of_cts/THIGH_0001.nii.gz"));
  expect_words(run({"predict", "run=" + trained.string(), "input=" + (made / "imagesTr").string(),
                    "out=of_drrs"}),
               {"3 of 3 scans predicted"});

  std::vector<std::string> plan = command(coronal);
  plan.push_back("--dry-run");
  expect_words(run(plan), {"\n0 of "});
  plan = command({"data.projection={view: sagittal}", "data.max_patients=3", "--dry-run"});
  expect_words(run(plan), {"done     make the virtual cohort", "to do    project the cases of"});
}

TEST_F(ProjectedRun, OwnAndExternalCasesAreProjectedToo) {
  run({"synthesize", "cohort=thigh", "cohort.subjects=4", "cohort.size=64", "cohort.slices=12",
       "out=thighs"});
  run(command({"data.root=thighs", "data.projection.view=coronal", "external.cohort.name=thigh",
               "external.cohort.subjects=1", "external.cohort.first=9", "external.cohort.size=64",
               "external.cohort.slices=10"}));
  EXPECT_EQ(in_cache("projected-").size(), 2U);
  EXPECT_EQ(in_cache("cohort-").size(), 1U);
  // The checks are of the CTs.
  const fs::path label =
      folder_ / "thighs/labelsTr" / (read_csv(folder_ / "thighs/cases.csv").rows[0][0] + ".nii.gz");
  LabelMap map = read_label_map(label);
  map.geometry.origin[0] += 7;
  write_label_map(label, map, {});
  expect_words(run(command({"data.root=thighs", "data.projection.view=coronal"}), 3),
               {"THIGH_0001: image and label lie on different grids"});
  EXPECT_EQ(in_cache("projected-").size(), 2U);
}

}  // namespace
}  // namespace myoseg
