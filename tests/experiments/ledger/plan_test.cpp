#include "experiments/ledger/jobs.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class PlanTest : public ::testing::Test {
 protected:
  Job job(const std::string& name, const std::string& inputs, bool finishes = true) {
    const fs::path output = folder_ / (name + ".out");
    return {.id = name,
            .name = name,
            .marker = folder_ / (name + ".json"),
            .inputs = inputs,
            .outputs = {output},
            .after = {},
            .work = [this, name, output, finishes] {
              ran_.push_back(name);
              write_file(output, name);
              return finishes;
            }};
  }
  testing::TemporaryFolder folder_;
  std::vector<std::string> ran_;
};

TEST_F(PlanTest, AJobIsDoneOnce) {
  EXPECT_EQ(perform(job("a", "1")), Performed::done);
  EXPECT_TRUE(is_done(job("a", "1")));
  EXPECT_EQ(perform(job("a", "1")), Performed::done);
  EXPECT_EQ(ran_.size(), 1U);
  EXPECT_GE(job_cost(folder_ / "a.json")->peak_memory_mib, 1);
}

TEST_F(PlanTest, OtherInputsAreOtherWork) {
  (void)perform(job("a", "1"));
  EXPECT_FALSE(is_done(job("a", "2")));
}

TEST_F(PlanTest, AMissingOutputMeansNotDone) {
  (void)perform(job("a", "1"));
  fs::remove(folder_ / "a.out");
  EXPECT_FALSE(is_done(job("a", "1")));
}

TEST_F(PlanTest, AnInterruptedJobIsNotDone) {
  EXPECT_EQ(perform(job("a", "1", false)), Performed::stopped);
  EXPECT_FALSE(is_done(job("a", "1")));
}

TEST_F(PlanTest, ADamagedMarkerMeansNotDone) {
  write_file(folder_ / "a.json", "{\"inputs\": ");
  EXPECT_FALSE(is_done(job("a", "1")));
}

TEST_F(PlanTest, WhatAnotherProcessIsAtIsLeftToIt) {
  const auto lock = WorkLock::try_take(folder_ / "a.lock");
  EXPECT_EQ(perform(job("a", "1")), Performed::elsewhere);
  EXPECT_TRUE(ran_.empty());
  EXPECT_THROW(forget(job("a", "1")), Error);
  EXPECT_NE(plan_text({job("a", "1")}).find("running"), std::string::npos);
}

TEST_F(PlanTest, AFailureIsRecordedUntilTheJobSucceeds) {
  Job failing = job("a", "1");
  failing.work = []() -> bool { throw data_error("case 7: no label"); };
  EXPECT_THROW((void)perform(failing), Error);
  ASSERT_TRUE(recorded_failure(failing.marker));
  EXPECT_EQ(recorded_failure(failing.marker)->sentence, "case 7: no label");
  EXPECT_EQ(recorded_failure(failing.marker)->code, ExitCode::bad_data);
  (void)perform(job("a", "1"));
  EXPECT_FALSE(recorded_failure(failing.marker));
}

// Else a run whose report was made before with other options would be called done.
TEST_F(PlanTest, AJobThatFailsWithOtherInputsIsNotDone) {
  (void)perform(job("a", "1"));
  Job failing = job("a", "2");
  failing.work = []() -> bool { throw data_error("no column"); };
  EXPECT_THROW((void)perform(failing), Error);
  EXPECT_FALSE(job_cost(failing.marker));
  EXPECT_TRUE(recorded_failure(failing.marker));
}

TEST_F(PlanTest, AForgottenJobRunsAgain) {
  (void)perform(job("a", "1"));
  forget(job("a", "1"));
  EXPECT_FALSE(fs::exists(folder_ / "a.out"));
  (void)perform(job("a", "1"));
  EXPECT_EQ(ran_.size(), 2U);
}

TEST_F(PlanTest, ThePlanShowsStates) {
  (void)perform(job("a", "1"));
  EXPECT_EQ(plan_text({job("a", "1"), job("b", "1")}),
            "done     a\nto do    b\n1 of 2 jobs to do\n");
}

}  // namespace
}  // namespace myoseg
