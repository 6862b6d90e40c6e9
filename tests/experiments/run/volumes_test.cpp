// kim2024 in seconds: patches of volumes from a virtual cohort to the report, and what is refused.
#include <algorithm>

#include "core/files.h"
#include "data/io/image_io.h"
#include "eval/measure/scores.h"
#include "tests/experiments/program_test.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class Volumes : public testing::ProgramTest {
 protected:
  static std::vector<std::string> command(const std::string& name,
                                          const std::vector<std::string>& more) {
    std::vector<std::string> words{name,
                                   "experiment=kim2024",
                                   "preset=quick",
                                   "cohort.subjects=4",
                                   "cohort.size=64",
                                   "cohort.slices=24",
                                   "cohort.readers=1",
                                   "preprocess.spacing_mm=[8,8,20]",
                                   "loader.patch=[16,16,12]",
                                   "loader.threads=0",
                                   "runtime.threads=1",
                                   "metrics=[dice]",
                                   "report.metrics=[dice]",
                                   "train.epochs=2"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static std::vector<std::string> small(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"model=unet3d", "model.channels=[4,8]", "model.strides=[2]"});
    return more;
  }
  testing::Outcome refused(const std::vector<std::string>& more,
                           const std::vector<std::string>& words) {
    testing::Outcome outcome = run(command("run", more), 2);
    expect_words(outcome, words);
    EXPECT_FALSE(fs::exists(folder_ / "cache")) << "a cohort was made first";
    return outcome;
  }
};

TEST_F(Volumes, GoFromScansToTheReport) {
  const auto outcome = run(command("run", small()));
  expect_words(outcome, {"report.html", "sartorius"});
  const fs::path folder = fs::directory_iterator(folder_ / "runs")->path();
  const auto scores = read_scores(folder / "scores.csv");
  EXPECT_EQ(
      std::count_if(scores.begin(), scores.end(),
                    [](const Score& s) { return s.metric == "dice" && s.stage == Stage::final; }),
      4 * 29);
  for (const char* file : {"tables/volume_correlation.csv", "tables/analysis_group_correlation.csv",
                           "figures/case_best.png"})
    EXPECT_TRUE(fs::exists(folder / file)) << file;
  // A prediction lies on its scan's own grid.
  fs::path cohort;
  for (const auto& entry : fs::directory_iterator(folder_ / "cache"))
    if (entry.is_directory() && entry.path().filename().string().starts_with("cohort-"))
      cohort = entry.path();
  const LabelMap truth = read_label_map(cohort / "labelsTr/THIGH_0001.nii.gz");
  fs::path map = folder / "fold_0/predictions/final/THIGH_0001.nii.gz";
  if (!fs::exists(map)) map = folder / "fold_1/predictions/final/THIGH_0001.nii.gz";
  EXPECT_EQ(difference(read_label_map(map).geometry, truth.geometry), "");
  // Asked again it does nothing.
  EXPECT_NE(run(command("run", small({"--dry-run"}))).text.find("0 of "), std::string::npos);
}

TEST_F(Volumes, PatchAndNetworkMustFit) {
  refused(small({"loader.patch=null", "loader.patches_per_case=1", "loader.others=anywhere",
                 "loader.foreground_share=0"}),
          {"model.name=monai_unet", "loader.patch=[x,y,z]"});
  refused({"model=unet"}, {"takes slices", "12 voxels thick"});
  refused({"model=unetr"}, {"unetr", "multiples of 16"});
  refused(small({"preprocess.size=[12,16,12]"}),
          {"loader.patch=[16,16,12]", "preprocess.size=[12,16,12]"});
  refused(small({"preprocess.spacing_mm=[8,8,0]"}), {"spacing_mm"});
  refused(small({"data.slices=labelled"}), {"loader.patch", "data.slices=labelled"});
}

}  // namespace
}  // namespace myoseg
