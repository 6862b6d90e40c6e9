#include "experiments/plan.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

class PlanTest : public ::testing::Test {
 protected:
  Job job(const std::string& name, const std::string& inputs, bool finishes = true) {
    return {name, folder_ / (name + ".json"), inputs, [this, name, finishes] {
              ran_.push_back(name);
              return finishes;
            }};
  }
  testing::TemporaryFolder folder_;
  std::vector<std::string> ran_;
};

TEST_F(PlanTest, AskedAgainOnlyWhatIsMissingRuns) {
  EXPECT_TRUE(execute({job("a", "1"), job("b", "1")}));
  EXPECT_TRUE(execute({job("a", "1"), job("b", "1"), job("c", "1")}));
  EXPECT_EQ(ran_, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(PlanTest, ChangedInputsRunAgain) {
  EXPECT_TRUE(execute({job("a", "1")}));
  EXPECT_TRUE(execute({job("a", "2")}));
  EXPECT_EQ(ran_.size(), 2U);
}

TEST_F(PlanTest, AnInterruptedJobIsNotDoneAndStopsThePlan) {
  EXPECT_FALSE(execute({job("a", "1", false), job("b", "1")}));
  EXPECT_EQ(ran_, (std::vector<std::string>{"a"}));
  EXPECT_FALSE(is_done(job("a", "1")));
}

TEST_F(PlanTest, ADamagedMarkerMeansNotDone) {
  write_file(folder_ / "a.json", "{\"inputs\": ");
  EXPECT_FALSE(is_done(job("a", "1")));
}

TEST_F(PlanTest, ThePlanShowsStates) {
  execute({job("a", "1")});
  EXPECT_EQ(plan_text({job("a", "1"), job("b", "1")}), "done    a\nto do   b\n1 of 2 jobs to do\n");
}

}  // namespace
}  // namespace myoseg
