// What every launcher promises, with jobs that only leave files: order, what is skipped, failures.
#include "experiments/launch/launcher.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

class SerialLauncherTest : public ::testing::Test {
 protected:
  Task task(const std::string& run, const std::string& id, std::vector<std::size_t> after,
            bool fails = false) {
    Task task;
    task.run = run;
    task.after = std::move(after);
    task.job.id = task.job.name = id;
    task.job.marker = folder_ / run / (id + ".json");
    task.job.inputs = "1";
    task.job.work = [this, run, id, fails]() -> bool {
      ran_.push_back(run + " " + id);
      if (fails) throw data_error("{}: cannot be read", id);
      return true;
    };
    return task;
  }
  std::vector<TaskResult> launch(const std::vector<Task>& tasks, bool fail_fast = false) {
    return Pick<LauncherEntry>("serial").make()->launch(tasks, fail_fast);
  }
  testing::TemporaryFolder folder_;
  std::vector<std::string> ran_;
};

TEST_F(SerialLauncherTest, DoesEachTaskAfterThoseItNeeds) {
  const auto results = launch({task("r", "late", {1}), task("r", "early", {})});
  EXPECT_EQ(ran_, (std::vector<std::string>{"r early", "r late"}));
  EXPECT_EQ(results[0].state, RunState::done);
}

TEST_F(SerialLauncherTest, AskedAgainDoesOnlyWhatIsMissing) {
  (void)launch({task("r", "a", {})});
  (void)launch({task("r", "a", {}), task("r", "b", {0})});
  EXPECT_EQ(ran_, (std::vector<std::string>{"r a", "r b"}));
}

TEST_F(SerialLauncherTest, AFailureEndsItsRunAndNoOther) {
  const auto results = launch({task("one", "a", {}, true), task("one", "b", {0}),
                               task("one", "c", {}), task("two", "a", {})});
  EXPECT_EQ(ran_, (std::vector<std::string>{"one a", "two a"}));
  EXPECT_EQ(results[0].state, RunState::failed);
  EXPECT_EQ(results[0].sentence, "a: cannot be read");
  EXPECT_EQ(results[0].code, ExitCode::bad_data);
  EXPECT_EQ(results[1].state, RunState::open);
  EXPECT_EQ(results[2].state, RunState::open);
  EXPECT_EQ(results[3].state, RunState::done);
}

TEST_F(SerialLauncherTest, FailFastEndsAll) {
  (void)launch({task("one", "a", {}, true), task("two", "a", {})}, true);
  EXPECT_EQ(ran_, (std::vector<std::string>{"one a"}));
}

}  // namespace
}  // namespace myoseg
