// Runs on the same cases, compared.
#include <algorithm>
#include <filesystem>

#include "core/files.h"
#include "core/table/table.h"
#include "tests/experiments/program_test.h"
#include "tests/experiments/tiny.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;

class Compare : public testing::ProgramTest {
 protected:
  static void SetUpTestSuite() {
    made_ = new testing::TemporaryFolder;
    for (const char* epochs : {"train.epochs=1", "train.epochs=8"}) {
      const Outcome outcome =
          testing::run_program(made_->path(), testing::tiny("run", {"cohort.subjects=4", epochs}));
      ASSERT_EQ(outcome.code, 0) << outcome.text;
    }
    for (const auto& entry : fs::directory_iterator(*made_ / "runs"))
      runs_.push_back(entry.path().string());
    std::sort(runs_.begin(), runs_.end());
    ASSERT_EQ(runs_.size(), 2U);
  }
  static void TearDownTestSuite() { delete made_; }

  // One sentence, naming these.
  void expect_refusal(const std::vector<std::string>& arguments, int code,
                      const std::vector<std::string>& words) {
    const Outcome outcome = run(arguments, code);
    expect_words(outcome, words);
    EXPECT_EQ(std::count(outcome.text.begin(), outcome.text.end(), '\n'), 1) << outcome.text;
    EXPECT_FALSE(fs::exists(folder_ / "comparison"));
  }

  inline static testing::TemporaryFolder* made_ = nullptr;
  inline static std::vector<std::string> runs_;
};

TEST_F(Compare, TwoRuns) {
  const Outcome outcome =
      run({"compare", runs_[0], runs_[1], "names=[slow,fast]", "resamples=199", "out=both"});
  expect_words(outcome, {"fast", "slow", "| 4 |", "both/report.html"});
  const Table runs = read_csv(folder_ / "both/tables/runs.csv");
  const Table pairs = read_csv(folder_ / "both/tables/pairs.csv");
  EXPECT_EQ(runs.rows.size(), 2U);
  EXPECT_EQ(pairs.rows.size(), 6U);  // five muscles and all of them together
  for (const char* name : {"runs.md", "runs.tex", "pairs.md", "pairs.tex"})
    EXPECT_TRUE(fs::exists(folder_ / "both/tables" / name)) << name;
  const std::string page = read_file(folder_ / "both/report.html");
  for (const char* word : {"fast", "slow", "train.epochs=8"})
    EXPECT_NE(page.find(word), std::string::npos) << word;
  EXPECT_EQ(page.find(">nan<"), std::string::npos);
}

TEST_F(Compare, WhatCannotBeComparedIsNamed) {
  expect_refusal({"compare", runs_[0]}, 2, {"two runs or more"});
  expect_refusal({"compare", runs_[0], "no_such_run"}, 3, {"no_such_run"});
  expect_refusal({"compare", runs_[0], runs_[1], "metric=dyce"}, 2, {"dyce", "dice"});
  expect_refusal({"compare", runs_[0], runs_[1], "metric=nsd_3mm"}, 3, {"nsd_3mm", "dice"});
  expect_refusal({"compare", runs_[0], runs_[1], "regions=[liver]"}, 3, {"liver"});
  expect_refusal({"compare", runs_[0], runs_[1], "names=[one]"}, 2, {"1 names for 2 runs"});
  expect_refusal({"compare", runs_[0], runs_[0]}, 2, {"names that differ"});
}

TEST_F(Compare, RunsOnOtherCases) {
  const Table scores = read_csv(fs::path(runs_[1]) / "scores.csv");
  Table fewer = scores;
  const std::size_t name = scores.column("case");
  const std::string gone = scores.rows.front()[name];
  std::erase_if(fewer.rows, [&](const auto& row) { return row[name] == gone; });
  write_file(folder_ / "fewer/scores.csv", to_csv(fewer));
  expect_refusal({"compare", runs_[0], "fewer"}, 3, {gone, "cases=common"});
  expect_words(run({"compare", runs_[0], "fewer", "cases=common", "resamples=99"}),
               {gone, "| 3 |"});
}

}  // namespace
}  // namespace myoseg
