// The SLURM launcher against a SLURM of shell scripts: what is submitted, once, and what is told of
// how it ended. scripts/test_slurm.sh does the same on a real one.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "core/files.h"
#include "experiments/launch/slurm/options.h"
#include "tests/experiments/launch/fake_slurm.h"
#include "tests/experiments/launch/traced_job.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Ending;
using Lines = std::vector<std::string>;

class SlurmLauncher : public ::testing::Test {
 protected:
  Task task(const std::string& run, const std::string& id, std::vector<std::size_t> after,
            Ending ending = Ending::well) {
    Task made = testing::traced_task(folder_.path(), run, file_of(id), std::move(after), ending);
    made.job.id = id;
    return made;
  }
  // Two folds of each run: prepare, train, predict, score.
  std::vector<Task> cross_validation(const std::vector<std::string>& runs) {
    std::vector<Task> tasks;
    for (const std::string& run : runs) {
      const std::size_t first = tasks.size();
      tasks.push_back(task(run, "prepare", {}));
      for (std::size_t fold = 0; fold < 2; ++fold) {
        tasks.push_back(task(run, "train/" + std::to_string(fold), {first}));
        tasks.push_back(task(run, "predict/" + std::to_string(fold), {first + 1 + 2 * fold}));
      }
      tasks.push_back(task(run, "score", {first + 2, first + 4}));
    }
    return tasks;
  }
  std::vector<TaskResult> launch(const std::vector<Task>& tasks, const Lines& options = {}) {
    return slurm_.launcher(options).make()->launch(tasks, false);
  }
  [[nodiscard]] Lines ran_sorted() const {
    Lines lines = testing::ran(folder_.path());
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  static void wait_for(const fs::path& file) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!fs::exists(file) && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ASSERT_TRUE(fs::exists(file)) << file;
  }
  testing::TemporaryFolder folder_;
  testing::FakeSlurm slurm_{folder_.path()};

 private:
  static std::string file_of(std::string id) {
    std::replace(id.begin(), id.end(), '/', '_');
    return id;
  }
};

TEST_F(SlurmLauncher, SubmitsOneArrayOfEachKindAfterTheOneBefore) {
  slurm_.set("hold");
  const auto results = launch(cross_validation({"a", "b"}), {"wait=false"});
  EXPECT_EQ(slurm_.arrays(), (Lines{"prepare 0-1", "train 0-3 afterany 101",
                                    "predict 0-3 aftercorr 102", "score 0-1 afterany 103"}));
  for (const TaskResult& result : results) EXPECT_EQ(result.state, RunState::pending);
}

TEST_F(SlurmLauncher, DoesAll) {
  const auto results = launch(cross_validation({"a", "b"}));
  for (const TaskResult& result : results) EXPECT_EQ(result.state, RunState::done);
  EXPECT_EQ(ran_sorted().size(), results.size());
}

TEST_F(SlurmLauncher, SubmitsAgainOnlyWhatIsMissing) {
  slurm_.set("hold");
  auto tasks = cross_validation({"a"});
  (void)launch(tasks, {"wait=false"});
  (void)launch(tasks, {"wait=false"});
  EXPECT_EQ(slurm_.arrays().size(), 4U);
  for (Task& more : cross_validation({"a", "b"})) tasks.push_back(std::move(more));
  tasks.erase(tasks.begin(), tasks.begin() + 6);
  (void)launch(tasks, {"wait=false"});
  const Lines arrays = slurm_.arrays();
  ASSERT_EQ(arrays.size(), 8U);
  EXPECT_EQ(arrays[4], "prepare 0");  // of run b
  EXPECT_EQ(arrays[6], "predict 0-1 aftercorr 106");
  slurm_.unset("hold");
  for (const TaskResult& result : launch(tasks)) EXPECT_EQ(result.state, RunState::done);
  EXPECT_EQ(ran_sorted().size(), 12U);
}

TEST_F(SlurmLauncher, AnInterruptedSubmissionLeavesNothingTwice) {
  slurm_.set("hold");
  const auto tasks = cross_validation({"a", "b"});
  slurm_.set("die_after_submission");
  const pid_t child = fork();
  if (child == 0) {
    (void)launch(tasks, {"wait=false"});
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(slurm_.arrays().size(), 1U);
  slurm_.unset("hold");
  for (const TaskResult& result : launch(tasks)) EXPECT_EQ(result.state, RunState::done);
  EXPECT_EQ(slurm_.arrays().size(), 4U);
  EXPECT_EQ(ran_sorted().size(), tasks.size());
}

TEST_F(SlurmLauncher, TellsHowAJobEndedThatSaidNothing) {
  const auto results = launch({task("r", "train/0", {}, Ending::killed),
                               task("r", "predict/0", {0}), task("s", "train/0", {})});
  EXPECT_EQ(results[0].state, RunState::failed);
  EXPECT_NE(results[0].sentence.find("101_0 ended as FAILED, exit code 137"), std::string::npos)
      << results[0].sentence;
  EXPECT_EQ(results[1].state, RunState::open);
  EXPECT_EQ(results[2].state, RunState::done);
  slurm_.set("no_accounting");
  const auto again = launch({task("r", "train/0", {}, Ending::killed)});
  EXPECT_NE(again[0].sentence.find("ended as FAILED, exit code 137"), std::string::npos)
      << again[0].sentence;
}

TEST_F(SlurmLauncher, AFailedJobIsSubmittedAgain) {
  EXPECT_EQ(launch({task("r", "a", {}, Ending::error)})[0].sentence, "r a: cannot be read");
  const auto results = launch({task("r", "a", {})});
  EXPECT_EQ(results[0].state, RunState::done) << results[0].sentence;
}

TEST_F(SlurmLauncher, ADependentOfAFailedJobSaysWhyItDoesNotBegin) {
  // Score waits for both; it begins when they have ended, and finds one undone.
  const std::vector<Task> tasks{task("r", "predict/0", {}, Ending::error),
                                task("r", "predict/1", {}), task("r", "score", {0, 1})};
  (void)launch(tasks, {"wait=false"});
  wait_for(folder_.path() / "r/logs/score");
  const auto results = launch({tasks[1]});  // meanwhile the script has written
  EXPECT_EQ(results[0].state, RunState::done);
  std::string said;
  for (int i = 0; i < 100 && said.empty(); ++i) {
    said = read_file(folder_.path() / "r/logs/score");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(said, "not begun, because 'predict_0' is not done\n");
}

TEST_F(SlurmLauncher, BeforeItsTimeLimitAJobGoesBackToTheQueue) {
  const auto tasks = std::vector<Task>{task("r", "train/0", {}, Ending::second_time)};
  (void)launch(tasks, {"wait=false"});
  wait_for(folder_.path() / "waiting");
  const int script = std::stoi(read_file(slurm_.folder() / "jobs/101/0.pid"));
  ASSERT_EQ(kill(script, SIGUSR1), 0);
  const auto results = launch(tasks);
  EXPECT_EQ(results[0].state, RunState::done);
  EXPECT_EQ(read_file(slurm_.folder() / "requeued"), "101_0\n");
  EXPECT_EQ(slurm_.arrays().size(), 1U);
  EXPECT_EQ(testing::ran(folder_.path()), (Lines{"r train_0", "r train_0"}));
}

TEST_F(SlurmLauncher, WhatSbatchSaysReachesTheUser) {
  slurm_.set("refuse");
  try {
    (void)launch({task("r", "a", {})});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("Invalid account"), std::string::npos);
    EXPECT_EQ(error.code(), ExitCode::failed);
  }
  slurm_.unset("refuse");
  EXPECT_EQ(launch({task("r", "a", {})})[0].state, RunState::done);
}

TEST_F(SlurmLauncher, WithoutSlurmItSaysSo) {
  slurm_.set("silent");
  try {
    (void)launch({task("r", "a", {})});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("Unable to contact"), std::string::npos);
  }
}

TEST_F(SlurmLauncher, AQueueThatIsSilentForAWhileEndsNothing) {
  slurm_.set("hold");
  const auto tasks = std::vector<Task>{task("r", "a", {})};
  (void)launch(tasks, {"wait=false"});
  std::thread controller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    slurm_.set("silent");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    slurm_.unset("silent");
    slurm_.unset("hold");
  });
  const auto results = launch(tasks);
  controller.join();
  EXPECT_EQ(results[0].state, RunState::done);
}

TEST_F(SlurmLauncher, ALargePlanIsSplitIntoArraysThatShareTheLimit) {
  slurm_.set("hold");
  std::vector<Task> tasks;
  for (int i = 0; i < 5; ++i) tasks.push_back(task("r", "train/" + std::to_string(i), {}));
  for (std::size_t i = 0; i < 5; ++i)
    tasks.push_back(task("r", "predict/" + std::to_string(i), {i}));
  (void)launch(tasks, {"wait=false", "array_size=3", "at_once=4"});
  EXPECT_EQ(slurm_.arrays(), (Lines{"train 0-2%2", "train 0-1%2", "predict 0-2%2 aftercorr 101",
                                    "predict 0-1%2 aftercorr 102"}));
}

TEST_F(SlurmLauncher, ScriptsAskForWhatTheConfigSays) {
  const auto tasks = cross_validation({"it's"});
  const std::string text = slurm_
                               .launcher({"partition=long", "account=lab", "time=1-12",
                                          "memory=16G", "gpus=2", "cores=8"})
                               .make()
                               ->preview(tasks);
  for (const char* words :
       {"#SBATCH --partition=long\n", "#SBATCH --account=lab\n", "#SBATCH --time=1-12\n",
        "#SBATCH --mem=16G\n", "#SBATCH --gres=gpu:2\n", "#SBATCH --cpus-per-task=8\n",
        "#SBATCH --signal=B:USR1@120\n", "# <array 3>: sbatch --dependency=aftercorr:<array 2>\n",
        "needs prepare '", "it'\\''s"})
    EXPECT_NE(text.find(words), std::string::npos) << words << " not in " << text;
  EXPECT_TRUE(slurm_.arrays().empty());
  // Only trainings and predictions have a network.
  std::size_t gpus = 0;
  for (std::size_t at = 0; (at = text.find("--gres", at)) != std::string::npos; ++at) ++gpus;
  EXPECT_EQ(gpus, 2U);
}

TEST(SlurmOptions, TimeLimitsAreThoseOfSlurm) {
  EXPECT_EQ(slurm::seconds_of("90"), 5400);
  EXPECT_EQ(slurm::seconds_of("4:30"), 270);
  EXPECT_EQ(slurm::seconds_of("1:00:05"), 3605);
  EXPECT_EQ(slurm::seconds_of("1-12"), 129600);
  EXPECT_EQ(slurm::seconds_of("2-01:30"), 178200);
  for (const char* wrong : {"", "4h", "1:2:3:4", "-1", "1-", "1--2", "1:"})
    EXPECT_EQ(slurm::seconds_of(wrong), std::nullopt) << wrong;
}

TEST(SlurmOptions, AKindOfJobHasItsOwn) {
  slurm::Options options;
  options.partition = "cpu";
  options.train.partition = "gpu";
  options.train.gpus = 4;
  options.train.lines = {"--constraint=a100"};
  const Lines train = slurm::resource_lines(options, "train");
  EXPECT_NE(std::find(train.begin(), train.end(), "--partition=gpu"), train.end());
  EXPECT_NE(std::find(train.begin(), train.end(), "--gres=gpu:4"), train.end());
  EXPECT_EQ(train.back(), "--constraint=a100");
  const Lines score = slurm::resource_lines(options, "score");
  EXPECT_NE(std::find(score.begin(), score.end(), "--partition=cpu"), score.end());
}

}  // namespace
}  // namespace myoseg
