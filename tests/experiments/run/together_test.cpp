// Two processes on this machine that train one network together, beside one process alone.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/table/table.h"
#include "models/weights/safetensors.h"
#include "tests/experiments/program_test.h"
#include "tests/experiments/tiny.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::tiny;
using Words = std::vector<std::string>;

class Together : public testing::ProgramTest {
 protected:
  // One fold of a network without batch norm or dropout, in folders of its own.
  static Words training(const std::string& runs, const Words& before, const Words& more = {}) {
    Words words = before;
    Words all = tiny("train", {"fold=0", "runtime.runs=" + runs, "runtime.cache=cache",
                               "loader.batch_size=4", "model=basic_unet", "model.dims=2",
                               "model.dropout=0", "model.features=[4,4,8,8,8,4]",
                               "loss=cross_entropy", "optimizer=sgd", "runtime.threads=1"});
    // Options of the other network.
    std::erase_if(all, [](const std::string& word) {
      return word == "model.widths=[4,8]" || word.starts_with("model.bottleneck");
    });
    words.insert(words.end(), all.begin(), all.end());
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  [[nodiscard]] fs::path fold_of(const std::string& runs) const {
    for (const auto& entry : fs::directory_iterator(folder_.path() / runs))
      if (fs::exists(entry.path() / "jobs.json")) return entry.path() / "fold_0";
    ADD_FAILURE() << "no run in " << runs;
    return {};
  }
  // The largest difference of any weight, in parts of the largest weight.
  [[nodiscard]] double difference(const std::string& a, const std::string& b) const {
    const TensorFile left = load_tensors(fold_of(a) / "last.safetensors"),
                     right = load_tensors(fold_of(b) / "last.safetensors");
    double largest = 0, difference = 0;
    for (const auto& [name, tensor] : left.tensors) {
      if (!name.starts_with("model/")) continue;
      const at::Tensor* other = right.find(name);
      if (other == nullptr) return INFINITY;
      const at::Tensor x_of = tensor.to(at::kDouble), y_of = other->to(at::kDouble);
      for (std::int64_t i = 0; i < tensor.numel(); ++i) {
        const double x = x_of.data_ptr<double>()[i], y = y_of.data_ptr<double>()[i];
        largest = std::max(largest, std::abs(x));
        difference = std::max(difference, std::abs(x - y));
      }
    }
    EXPECT_GT(largest, 0);
    return difference / largest;
  }
};

// float32 has 24 bits; a few steps on sums in another order differ in the last of them. (Adam moves
// a weight whose gradient is rounding alone, a bias before a norm, by its whole rate.)
constexpr double kSumOrder = 2e-4;

TEST_F(Together, TwoProcessesComeToTheWeightsOfOne) {
  run(training("one", {}));
  run(training("two", {"launch", "processes=2"}));
  EXPECT_LT(difference("one", "two"), kSumOrder);
  EXPECT_TRUE(fs::exists(fold_of("two") / "best.safetensors"));
  const Table one = read_csv(fold_of("one") / "log.csv"),
              two = read_csv(fold_of("two") / "log.csv");
  ASSERT_EQ(one.rows.size(), two.rows.size());
  for (std::size_t row = 0; row < one.rows.size(); ++row)
    EXPECT_NEAR(one.number(row, one.column("loss")), two.number(row, two.column("loss")), 1e-4);
}

TEST_F(Together, BatchNormOverAllProcessesIsThatOfOne) {
  const Words norm{"model.norm=batch", "train.sync_batch_norm=true"};
  run(training("one", {}, norm));
  run(training("two", {"launch", "processes=2"}, norm));
  EXPECT_LT(difference("one", "two"), 10 * kSumOrder);
}

TEST_F(Together, ATrainingBegunByOneGoesOnWithTwo) {
  run(training("whole", {}));
  run(training("part", {}, {"job=prepare"}));
  run(training("part", {}, {"job=train/0/1"}));
  run(training("part", {"launch", "processes=2"}));
  EXPECT_LT(difference("whole", "part"), kSumOrder);
}

TEST_F(Together, WhatOneOfThemCannotDoEndsAllWithASentence) {
  const auto outcome = run(training("runs", {"launch", "processes=3"}, {"loader.batch_size=2"}), 2);
  expect_words(outcome, {"loader.batch_size=2", "3 processes"});
}

TEST_F(Together, OnlyTrainingsAreStartedTogether) {
  expect_words(run({"launch", "processes=2", "predict"}, 2), {"launch starts processes"});
  expect_words(run(training("runs", {"launch", "processes=2"}, {"launcher=local"}), 2),
               {"launcher=serial"});
}

// A rank that dies or is suspended; the other has a minute to find out and to name it.
class LongTogether : public Together {
 protected:
  void SetUp() override {
    const Words words = training("runs", {"launch", "processes=2"}, {"train.epochs=100000"});
    launcher_ = fork();
    if (launcher_ != 0) return;
    const std::string log = (folder_.path() / "log").string();
    if (freopen(log.c_str(), "w", stdout) == nullptr || dup2(1, 2) < 0 ||
        chdir(folder_.path().c_str()) != 0)
      _exit(126);
    Words all{"myoseg"};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> argv;
    for (std::string& word : all) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(MYOSEG_PROGRAM, argv.data());
    _exit(127);
  }
  // The process of that rank, once it trains.
  [[nodiscard]] pid_t process_of(int rank) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      std::error_code error;
      if (!fs::exists(folder_.path() / "runs", error)) continue;
      bool trains = false;
      for (const auto& entry : fs::recursive_directory_iterator(folder_.path() / "runs"))
        trains = trains || entry.path().filename() == "last.safetensors";
      if (!trains) continue;
      std::vector<pid_t> children;
      std::ifstream in("/proc/" + std::to_string(launcher_) + "/task/" + std::to_string(launcher_) +
                       "/children");
      for (pid_t child = 0; in >> child;) children.push_back(child);
      if (children.size() == 2) return children[static_cast<std::size_t>(rank)];
    }
    return -1;
  }
  // The other one names it within a minute.
  void suspend(int rank) {
    const pid_t process = process_of(rank);
    ASSERT_GT(process, 0) << log();
    const std::string name = fmt::format("rank {} (process {}", rank, process);
    kill(process, SIGSTOP);
    const auto start = std::chrono::steady_clock::now();
    while (log().find(name) == std::string::npos &&
           std::chrono::steady_clock::now() - start < std::chrono::seconds(60))
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60)) << log();
    kill(process, SIGKILL);
    (void)wait_for_end();
  }
  // Seconds until the launcher ended.
  double wait_for_end() {
    const auto start = std::chrono::steady_clock::now();
    int status = 0;
    waitpid(launcher_, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  [[nodiscard]] std::string log() const {
    std::ifstream in(folder_.path() / "log");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  pid_t launcher_ = -1;
};

TEST_F(LongTogether, ADeadRankEndsTheOtherWithItsName) {
  const pid_t process = process_of(1);
  ASSERT_GT(process, 0) << log();
  kill(process, SIGKILL);
  EXPECT_LT(wait_for_end(), 60);
  EXPECT_NE(log().find("rank 1 (process " + std::to_string(process)), std::string::npos) << log();
}

TEST_F(LongTogether, ASuspendedRankEndsTheOtherWithItsName) { suspend(1); }

// It is rank 0 that the others meet through.
TEST_F(LongTogether, ASuspendedLeaderEndsTheOtherWithItsName) { suspend(0); }

}  // namespace
}  // namespace myoseg
