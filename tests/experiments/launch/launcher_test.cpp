// What every launcher promises, with jobs that only leave traces: order, what is skipped, failures.
#include "experiments/launch/launcher.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/experiments/launch/fake_slurm.h"
#include "tests/experiments/launch/traced_job.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::Ending;
using Lines = std::vector<std::string>;

class EveryLauncher : public ::testing::TestWithParam<std::string> {
 protected:
  Task task(const std::string& run, const std::string& id, std::vector<std::size_t> after,
            Ending ending = Ending::well) {
    return testing::traced_task(folder_.path(), run, id, std::move(after), ending);
  }
  std::vector<TaskResult> launch(const std::vector<Task>& tasks, bool fail_fast = false) {
    const auto launcher =
        GetParam() == "slurm" ? slurm_.launcher() : Pick<LauncherEntry>(GetParam());
    auto results = launcher.make()->launch(tasks, fail_fast);
    EXPECT_EQ(results.size(), tasks.size());
    results.resize(tasks.size());
    return results;
  }
  [[nodiscard]] Lines ran() const { return testing::ran(folder_.path()); }
  // Where the order is the launcher's own.
  [[nodiscard]] Lines ran_sorted() const {
    Lines lines = ran();
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  testing::TemporaryFolder folder_;
  testing::FakeSlurm slurm_{folder_.path()};
};
INSTANTIATE_TEST_SUITE_P(Table, EveryLauncher, ::testing::ValuesIn(names_of<LauncherEntry>()));

TEST_P(EveryLauncher, DoesEachTaskAfterThoseItNeeds) {
  const auto results = launch({task("r", "late", {1}), task("r", "early", {})});
  EXPECT_EQ(ran(), (Lines{"r early", "r late"}));
  EXPECT_EQ(results[0].state, RunState::done);
  EXPECT_EQ(results[1].state, RunState::done);
}

TEST_P(EveryLauncher, AskedAgainDoesOnlyWhatIsMissing) {
  (void)launch({task("r", "a", {})});
  const auto results = launch({task("r", "a", {}), task("r", "b", {0})});
  EXPECT_EQ(ran(), (Lines{"r a", "r b"}));
  EXPECT_EQ(results[0].state, RunState::done);
  EXPECT_EQ(results[1].state, RunState::done);
}

TEST_P(EveryLauncher, AFailureEndsItsRunAndNoOther) {
  const auto results = launch({task("one", "a", {}, Ending::error), task("one", "b", {0}),
                               task("two", "a", {}, Ending::after_failure), task("one", "c", {2})});
  EXPECT_EQ(ran_sorted(), (Lines{"one a", "two a"}));
  EXPECT_EQ(results[0].state, RunState::failed);
  EXPECT_EQ(results[0].sentence, "one a: cannot be read");
  EXPECT_EQ(results[0].code, ExitCode::bad_data);
  EXPECT_EQ(results[1].state, RunState::open);
  EXPECT_EQ(results[2].state, RunState::done);
  EXPECT_EQ(results[3].state, RunState::open);
}

TEST_P(EveryLauncher, FailFastEndsAll) {
  const auto results = launch({task("one", "a", {}, Ending::error),
                               task("two", "a", {}, Ending::after_failure), task("two", "b", {1})},
                              true);
  const Lines lines = ran();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "two b"), 0);
  EXPECT_EQ(results[0].state, RunState::failed);
  EXPECT_NE(results[1].state, RunState::done);
  EXPECT_EQ(results[2].state, RunState::open);
}

}  // namespace
}  // namespace myoseg
