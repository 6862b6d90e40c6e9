// Sweeps through the program: the same table and checkpoints however often it was interrupted.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "core/files.h"
#include "core/hash.h"
#include "core/table/table.h"
#include "tests/experiments/program.h"
#include "tests/experiments/tiny.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;
using testing::tiny;

std::vector<std::string> sweep(const std::vector<std::string>& more) {
  std::vector<std::string> words =
      tiny("run", {"-m", "preprocess.size=[32,32]", "runtime.threads=1"});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

fs::path sweep_folder(const fs::path& folder) {
  return fs::directory_iterator(folder / "runs/sweeps")->path();
}

std::map<std::string, std::string> checkpoints(const fs::path& folder) {
  std::map<std::string, std::string> hashes;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "runs"))
    if (entry.path().filename() == "best.safetensors")
      hashes[entry.path().lexically_relative(folder).string()] = hash_file(entry.path());
  EXPECT_FALSE(hashes.empty()) << "no run has a checkpoint";
  return hashes;
}

// The columns that do not tell of time and memory.
std::vector<std::vector<std::string>> results(const fs::path& folder) {
  const Table table = read_csv(sweep_folder(folder) / "table.csv");
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : table.rows) {
    rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i)
      if (table.columns[i] != "seconds" && table.columns[i] != "peak_memory_mib")
        rows.back().push_back(row[i]);
  }
  EXPECT_FALSE(rows.empty()) << "the sweep's table has no row";
  return rows;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

// 2 models x 2 seeds x 3 folds with two workers.
TEST(Sweep, KilledHalfWayGoesOnToTheSameTableAndCheckpoints) {
  const auto words =
      sweep({"model=unet,unet_kreher2022", "model.bottleneck=8,16", "seed=1,2",
             "sweep.skip=[{model:unet,model.bottleneck:16},"
             "{model:unet_kreher2022,model.bottleneck:8}]",
             "validation.folds=3", "train.epochs=1", "launcher=local", "launcher.workers=2"});
  const testing::TemporaryFolder undisturbed, disturbed;
  const auto start = std::chrono::steady_clock::now();
  const Outcome whole = run_program(undisturbed.path(), words);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  ASSERT_EQ(whole.code, 0) << whole.text;
  EXPECT_EQ(checkpoints(undisturbed.path()).size(), 12U);

  const Outcome killed = testing::run_and_kill(disturbed.path(), words, took.count() / 2);
  ASSERT_NE(killed.code, 0) << killed.text;
  const std::size_t before = checkpoints(disturbed.path()).size();
  const Outcome again = run_program(disturbed.path(), words);
  ASSERT_EQ(again.code, 0) << again.text;
  EXPECT_GE(count(again.text, ": done before"), before > 2 ? before - 2 : 0) << again.text;
  EXPECT_EQ(checkpoints(disturbed.path()), checkpoints(undisturbed.path()));
  EXPECT_EQ(results(disturbed.path()), results(undisturbed.path()));

  const Outcome idle = run_program(disturbed.path(), words);
  EXPECT_EQ(count(idle.text, ": done before"), 4U * (1 + 3 + 3 + 2) + 2) << idle.text;
}

TEST(Sweep, OneBadRunAndNothingBegins) {
  const testing::TemporaryFolder folder;
  const Outcome refused = run_program(folder.path(), sweep({"train.epochs=1,0"}));
  EXPECT_EQ(refused.code, 2) << refused.text;
  EXPECT_NE(refused.text.find("train.epochs"), std::string::npos) << refused.text;
  EXPECT_FALSE(fs::exists(folder / "runs"));
  const Outcome none = run_program(folder.path(), sweep({"seed=range(3,3)"}));
  EXPECT_EQ(none.code, 2) << none.text;
  EXPECT_NE(none.text.find("seed"), std::string::npos) << none.text;
}

TEST(Sweep, HalvingTrainsTheBetterPartOn) {
  const testing::TemporaryFolder folder;
  const auto words = sweep({"optimizer.lr=interval(0.0001,0.05,scale=log)", "sweep.samples=4",
                            "+sweep.halving={first_epochs:1,keep:0.5}", "train.epochs=4"});
  const Outcome done = run_program(folder.path(), words);
  ASSERT_EQ(done.code, 0) << done.text;
  const Table table = read_csv(sweep_folder(folder.path()) / "table.csv");
  std::map<std::string, int> states;
  for (const auto& row : table.rows) ++states[row[table.column("state")]];
  EXPECT_EQ(states["done"], 1) << done.text;
  EXPECT_EQ(states["stopped"], 3) << done.text;
  std::map<std::size_t, int> epochs;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "runs"))
    if (entry.path().filename() == "log.csv") ++epochs[read_csv(entry.path()).rows.size()];
  EXPECT_EQ(epochs, (std::map<std::size_t, int>{{1, 4}, {2, 2}, {4, 2}}));
  const Outcome again = run_program(folder.path(), words);
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_EQ(again.text.find("/4: loss"), std::string::npos) << again.text;
}

}  // namespace
}  // namespace myoseg
