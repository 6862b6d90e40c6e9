// A report again, from what a run's folder holds.
#include <algorithm>
#include <filesystem>

#include "core/files.h"
#include "tests/experiments/program_test.h"
#include "tests/experiments/tiny.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

// A run of one epoch on four virtual patients.
std::vector<std::string> tiny_run(const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = testing::tiny("run", {"train.epochs=1", "cohort.subjects=4"});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}
fs::path only_run(const fs::path& folder) {
  return fs::directory_iterator(folder / "runs")->path();
}
std::string page(const fs::path& run) { return read_file(run / "report.html"); }

class ReportAgain : public testing::ProgramTest {};

// Without the predictions that the scores were made from.
TEST_F(ReportAgain, IsMadeFromTheScores) {
  run(tiny_run());
  const fs::path made = only_run(folder_.path());
  const auto trained = fs::last_write_time(made / "fold_0/last.safetensors");
  fs::remove(made / "report.html");
  fs::remove_all(made / "fold_0/predictions");
  expect_words(run({"report", made.string(), "report.title=Once more", "report.metrics=[jaccard]"}),
               {"| region | n | missed | Jaccard"});
  EXPECT_NE(page(made).find("<h1>Once more</h1>"), std::string::npos);
  EXPECT_EQ(fs::last_write_time(made / "fold_0/last.safetensors"), trained);
  expect_words(run({"report", made.string(), "train.epochs=3"}, 2), {"another run"});
  // Numbers of the run's own network; the list is longer than any file's name.
  std::string values =
      "report.paper_values=[{region: mean_of_structures, metric: dice, mean: 0.84}";
  for (int i = 0; i < 9; ++i)
    values += ", {region: combined, metric: volume_correlation, mean: 0.968, model: unet}";
  expect_words(run({"report", made.string(), values + "]"}),
               {"VC, paper", "mean", "0.968", "0.84"});
  fs::remove(made / "scores.csv");
  expect_words(run({"report", made.string()}, 3), {"scores.csv"});
}

// Declared with the experiment or later; only the report is made again for them.
TEST_F(ReportAgain, HasTheExperimentsAnalyses) {
  const std::string analysis =
      "analyses=[{correlation: {columns: [dice_combined, volume_ml_combined, "
      "volume_ml_combined_label]}}]";
  run(tiny_run({analysis}));
  const fs::path made = only_run(folder_.path());
  const std::string table = read_file(made / "tables/analysis_correlation.csv");
  EXPECT_NE(table.find("volume_ml_combined,volume_ml_combined_label,4,"), std::string::npos)
      << table;
  EXPECT_NE(page(made).find("Correlation"), std::string::npos);
  EXPECT_TRUE(fs::exists(made / "figures/analysis_correlation.tsv"));
  // Of its own data; else nothing is drawn, or what another figure of the kind shows.
  EXPECT_NE(read_file(made / "figures/analysis_correlation.gp")
                .find("data = \"analysis_correlation.tsv\""),
            std::string::npos);
  EXPECT_TRUE(fs::exists(made / "figures/analysis_correlation.svg"));
  EXPECT_NE(read_file(made / "tables/values.csv").find("dice_combined"), std::string::npos);
  const auto scored = fs::last_write_time(made / "scored.json");
  run(tiny_run({"analyses=[{columns: {columns: [dice_combined, jaccard_combined]}}]"}));
  EXPECT_EQ(only_run(folder_.path()), made) << "analyses make no other run";
  EXPECT_EQ(fs::last_write_time(made / "scored.json"), scored);
  EXPECT_TRUE(fs::exists(made / "tables/analysis_columns.csv"));
  EXPECT_FALSE(fs::exists(made / "tables/analysis_correlation.csv")) << "of the earlier report";
  // A column that is not there costs its section, not the report.
  const std::string wrong = "analyses=[{columns: {columns: [dice_combined, ages]}}]";
  expect_words(run({"report", made.string(), wrong}), {"values.csv", "'ages'", "Report:"});
  EXPECT_NE(page(made).find("has no column"), std::string::npos);
  EXPECT_FALSE(fs::exists(made / "tables/analysis_columns.csv"));
  run({"statistics", "tables=[]", "columns=[a,b]"}, 2);
}

// A run whose data set has moved and whose cache is gone.
class ReportElsewhere : public testing::ProgramTest {
 protected:
  static void SetUpTestSuite() {
    made_ = new testing::TemporaryFolder;
    for (const auto& words :
         {std::vector<std::string>{"synthesize", "experiment=kreher2022", "preset=quick",
                                   "cohort.subjects=4", "out=data"},
          tiny_run({"data.root=data"})}) {
      const testing::Outcome outcome = testing::run_program(made_->path(), words);
      ASSERT_EQ(outcome.code, 0) << outcome.text;
    }
    fs::rename(*made_ / "data", *made_ / "moved");
    fs::remove_all(*made_ / "cache");
  }
  static void TearDownTestSuite() { delete made_; }
  // A copy of the run in this test's folder.
  fs::path copied() {
    fs::create_directories(folder_ / "elsewhere");
    fs::copy(only_run(made_->path()), folder_ / "elsewhere/run", fs::copy_options::recursive);
    return folder_ / "elsewhere/run";
  }

  inline static testing::TemporaryFolder* made_ = nullptr;
};

TEST_F(ReportElsewhere, NeedsNoDataSet) {
  const fs::path made = copied();
  const std::string scores = read_file(made / "scores.csv");
  run({"report", made.string(), "report.title=Far away", "report.metrics=[jaccard]"});
  const std::string text = page(made);
  EXPECT_NE(text.find("<h1>Far away</h1>"), std::string::npos);
  EXPECT_NE(text.find("Jaccard"), std::string::npos);
  EXPECT_NE(text.find("data:image/png"), std::string::npos);
  EXPECT_EQ(text.find("no picture"), std::string::npos);
  EXPECT_EQ(read_file(made / "scores.csv"), scores);
  EXPECT_FALSE(fs::exists(*made_ / "cache"));

  const std::string moved = "data.root=" + (*made_ / "moved").string();
  // A picture that nobody kept is named; with the data set's new place it is made.
  fs::remove_all(made / "figures");
  run({"report", made.string()});
  EXPECT_EQ(page(made).find("data:image/png"), std::string::npos);
  EXPECT_NE(page(made).find("no picture: data.root="), std::string::npos);
  run({"report", made.string(), moved, "runtime.cache=cache"});
  EXPECT_NE(page(made).find("data:image/png"), std::string::npos);
  EXPECT_EQ(page(made).find("no picture"), std::string::npos);

  // Another data set is not taken for the one that was scored.
  fs::remove_all(made / "figures");
  fs::copy(*made_ / "moved", folder_ / "other", fs::copy_options::recursive);
  write_file(folder_ / "other/cases.csv", read_file(folder_ / "other/cases.csv") + "\n");
  run({"report", made.string(), "data.root=other", "runtime.cache=cache"});
  EXPECT_NE(page(made).find("is not the data set that was scored"), std::string::npos);
}

TEST_F(ReportElsewhere, DamagedScoresAreNamedInOneSentence) {
  const fs::path made = copied();
  const std::string scores = read_file(made / "scores.csv");
  const std::string header = scores.substr(0, scores.find('\n') + 1);
  for (const std::string& damaged :
       {std::string(), header, header + "run,0,case_0,combined,final,dice,many\n",
        scores.substr(0, scores.size() - 9), scores + "x,y\n", "\x7f" + header}) {
    write_file(made / "scores.csv", damaged);
    const testing::Outcome outcome = run({"report", made.string()}, 3);
    expect_words(outcome, {"scores.csv", "'myoseg run --rerun "});
    EXPECT_EQ(std::count(outcome.text.begin(), outcome.text.end(), '\n'), 1) << outcome.text;
  }
}

}  // namespace
}  // namespace myoseg
