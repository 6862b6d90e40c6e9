// The schemes of validation, from the command line to the plan, splits.json and the report.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/table/table.h"
#include "tests/experiments/program_test.h"
#include "tests/experiments/tiny.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::tiny;

class Validation : public testing::ProgramTest {
 protected:
  nlohmann::json splits() {
    const fs::path run = fs::directory_iterator(folder_.path() / "runs")->path();
    return nlohmann::json::parse(read_file(run / "splits.json"));
  }
};

TEST_F(Validation, AFixedSplitHasOneFoldBeforeTheCohortIsThere) {
  const std::vector<std::string> fixed{"validation.scheme=fixed", "validation.test_patients=2"};
  auto words = fixed;
  words.emplace_back("--dry-run");
  const auto plan = run(tiny("run", words));
  expect_words(plan, {"train fold 0"});
  EXPECT_EQ(plan.text.find("train fold 1"), std::string::npos) << plan.text;
  words = fixed;
  words.insert(words.end(),
               {"preprocess.size=[32,32]", "train.epochs=1", "report.case_overlays=0"});
  expect_words(run(tiny("run", words)), {"4 training and 2 test cases, fixed"});
  EXPECT_EQ(splits().size(), 1U);
  EXPECT_EQ(splits()[0]["test"].size(), 2U);
}

TEST_F(Validation, MoreTestPatientsThanThereAreIsOneSentence) {
  expect_words(run(tiny("prepare", {"validation.scheme=fixed"}), 3),
               {"has 6 patients, too few for validation.test_patients=20"});
}

TEST_F(Validation, SitesAreLeftOutOneAfterTheOther) {
  const std::string scheme = "validation.scheme=leave_one_out";
  expect_words(run(tiny("prepare", {scheme}), 2), {"known only when the virtual cohort is made"});
  run({"synthesize", "cohort=l3", "cohort.subjects=6", "out=data"});
  Table cases = read_csv(folder_ / "data/cases.csv");
  for (std::size_t r = 0; r < cases.rows.size(); ++r)
    cases.rows[r][cases.column("site")] = r < 4 ? "west" : "east";
  write_file(folder_ / "data/cases.csv", to_csv(cases));
  run(tiny("prepare", {scheme, "data.root=data"}));
  ASSERT_EQ(splits().size(), 2U);
  EXPECT_EQ(splits()[0]["held_out"], "east");
  EXPECT_EQ(splits()[0]["test"].size(), 2U);
  EXPECT_EQ(splits()[1]["held_out"], "west");
  expect_words(run(tiny("train", {scheme, "data.root=data", "fold=2"}), 2),
               {"there are folds 0 to 1 (validation.scheme=leave_one_out)"});
}

}  // namespace
}  // namespace myoseg
