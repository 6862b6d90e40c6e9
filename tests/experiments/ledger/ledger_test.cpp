// The ledger of runs: names, states, what is redone, what two processes or a kill do to it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <thread>

#include "core/files.h"
#include "core/hash.h"
#include "core/random.h"
#include "core/table/table.h"
#include "experiments/ledger/run_folder.h"
#include "tests/experiments/program.h"
#include "tests/experiments/tiny.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;
using testing::tiny;

// One thread, since the bits of a gradient depend on how many there are.
std::vector<std::string> smallest(const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = tiny("run", {"runtime.threads=1", "preprocess.size=[32,32]"});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::vector<fs::path> runs_in(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder / "runs"))
    if (fs::exists(entry.path() / "jobs.json")) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

// Hashes of everything in a run that a result is made of.
std::map<std::string, std::string> results_of(const fs::path& run) {
  std::map<std::string, std::string> hashes;
  for (const auto& entry : fs::recursive_directory_iterator(run)) {
    const std::string name = entry.path().lexically_relative(run).string();
    const bool counts = name.ends_with("best.safetensors") || name.ends_with(".nii.gz") ||
                        name == "scores.csv" || name == "summary.csv";
    if (entry.is_regular_file() && counts) hashes[name] = hash_file(entry.path());
    EXPECT_EQ(entry.path().filename().string().find(".tmp-"), std::string::npos) << entry.path();
    EXPECT_NE(entry.path().extension(), ".lock") << entry.path();
  }
  EXPECT_FALSE(hashes.empty()) << run << " has no results";
  return hashes;
}

TEST(RunFolder, AJobThatSeveralRunsShareIsNotInTheListOfOne) {
  const testing::TemporaryFolder folder;
  for (const fs::path& marker : {folder / "cache" / "cohort.json", fs::path("cache/cohort.json")}) {
    Job own, shared;
    own.id = "prepare";
    own.marker = folder / "run" / "prepared.json";
    shared.id = "cohort";
    shared.marker = marker;
    write_job_list(folder / "run", {shared, own});
    const std::string list = read_file(folder / "run" / "jobs.json");
    EXPECT_EQ(list.find("cohort"), std::string::npos) << list;
    EXPECT_NE(list.find("prepared.json"), std::string::npos) << list;
  }
}

TEST(RunFolder, IsNamedByWhatDiffersAndFoundByItsHash) {
  const testing::TemporaryFolder folder;
  const std::string hash = "0123456789abcdef0123456789abcdef";
  EXPECT_EQ(run_folder(folder.path(), "kreher2022", {}, hash), folder / "kreher2022-01234567");
  EXPECT_EQ(run_folder(folder.path(), "k", {"b=[1,2]", "a=x y"}, hash),
            folder / "k,b=_1_2_,a=x_y-01234567");
  fs::create_directories(folder / "another_name-01234567");
  EXPECT_EQ(run_folder(folder.path(), "k", {}, hash), folder / "another_name-01234567");
  const std::vector<std::string> many(40, "train.epochs=1000");
  EXPECT_LE(run_folder(folder.path(), "k", many, "ff").filename().string().size(), 160U);
}

class Ledger : public ::testing::Test {
 protected:
  Outcome run(const std::vector<std::string>& arguments) {
    return run_program(folder_.path(), arguments);
  }
  testing::TemporaryFolder folder_;
};

TEST_F(Ledger, AChangedConfigIsANewRunAndAChangedDeviceIsNot) {
  EXPECT_EQ(run(smallest({"train.epochs=1", "fold=0"})).code, 0);
  ASSERT_EQ(runs_in(folder_.path()).size(), 1U);
  const std::string name = runs_in(folder_.path()).front().filename().string();
  EXPECT_NE(name.find("train.epochs=1"), std::string::npos) << name;
  EXPECT_EQ(name.find("threads"), std::string::npos) << name;

  const auto again = run(smallest({"runtime.device=cpu", "train.epochs=1", "fold=0"}));
  EXPECT_NE(again.text.find("done before"), std::string::npos) << again.text;
  EXPECT_EQ(runs_in(folder_.path()).size(), 1U);

  // From the folder alone, elsewhere; with a change it is another run.
  const std::string rerun = runs_in(folder_.path()).front().string();
  const testing::TemporaryFolder other;
  const auto repeated = run_program(other.path(), {"run", "--rerun", rerun, "fold=0"});
  EXPECT_EQ(repeated.code, 0) << repeated.text;
  EXPECT_NE(repeated.text.find("predict fold 0: done before"), std::string::npos) << repeated.text;
  const auto varied = run_program(
      other.path(), {"run", "--rerun", rerun, "optimizer=sgd", "optimizer.lr=0.02", "fold=0"});
  EXPECT_EQ(varied.code, 0) << varied.text;
  ASSERT_EQ(runs_in(folder_.path()).size(), 2U);

  const auto listed = run({"runs", "sort=score"});
  EXPECT_NE(listed.text.find("stopped"), std::string::npos) << listed.text;
  EXPECT_NE(listed.text.find("optimizer=sgd"), std::string::npos) << listed.text;
  const auto selected = run({"runs", "where=optimizer.name=sgd", "format=csv"});
  EXPECT_EQ(std::count(selected.text.begin(), selected.text.end(), '\n'), 2) << selected.text;
  const auto hash = [](const fs::path& folder) {
    const std::string name = folder.filename().string();
    return name.substr(name.rfind('-') + 1);
  };
  const auto runs = runs_in(folder_.path());
  const auto differing = run({"runs", "diff=[" + hash(runs[0]) + "," + hash(runs[1]) + "]"});
  EXPECT_NE(differing.text.find("optimizer.name"), std::string::npos) << differing.text;
  EXPECT_EQ(differing.text.find("model.widths"), std::string::npos) << differing.text;
}

TEST_F(Ledger, ForceRedoesAndAFailureIsShown) {
  EXPECT_EQ(run(smallest({"train.epochs=1", "fold=0"})).code, 0);
  const fs::path folder = runs_in(folder_.path()).front();
  const auto before = results_of(folder);
  const auto forced = run(smallest({"train.epochs=1", "fold=0", "--force"}));
  EXPECT_NE(forced.text.find("epoch 1/1"), std::string::npos) << forced.text;
  EXPECT_EQ(results_of(folder), before);

  // A checkpoint that is no checkpoint: the prediction fails, with its sentence in the ledger.
  fs::remove(folder / "fold_0/predicted.json");
  write_file(folder / "fold_0/best.safetensors", "damaged");
  const auto failed = run(smallest({"train.epochs=1", "fold=0"}));
  EXPECT_EQ(failed.code, 3) << failed.text;
  const auto listed = run({"runs"});
  EXPECT_NE(listed.text.find("failed"), std::string::npos) << listed.text;
  EXPECT_NE(listed.text.find("best.safetensors"), std::string::npos) << listed.text;
}

TEST_F(Ledger, ChangedDataIsANewRun) {
  ASSERT_EQ(run({"synthesize", "cohort=l3", "cohort.subjects=6", "out=data"}).code, 0);
  const auto words = smallest({"train.epochs=1", "fold=0", "data.root=data"});
  ASSERT_EQ(run(words).code, 0);
  const fs::path label = fs::directory_iterator(folder_ / "data/labelsTr")->path();
  // The same scan written anew keeps the run; another label makes a new one.
  fs::copy_file(label, folder_ / "label");
  fs::remove(label);
  fs::copy_file(folder_ / "label", label);
  EXPECT_NE(run(words).text.find("train fold 0: done before"), std::string::npos);
  fs::remove(label);
  fs::copy_file(fs::directory_iterator(folder_ / "data/labelsTr")->path(), label);
  EXPECT_EQ(run(words).text.find("train fold 0: done before"), std::string::npos);
  EXPECT_EQ(runs_in(folder_.path()).size(), 2U);
}

TEST_F(Ledger, OtherMetricsRedoScoresAndReportOnly) {
  ASSERT_EQ(run(smallest({"train.epochs=1"})).code, 0);
  const auto again =
      run(smallest({"train.epochs=1", "metrics=[dice,hd90]", "report.metrics=[dice,hd90]"}));
  EXPECT_EQ(again.code, 0) << again.text;
  ASSERT_EQ(runs_in(folder_.path()).size(), 1U);
  EXPECT_NE(again.text.find("predict fold 1: done before"), std::string::npos) << again.text;
  const fs::path folder = runs_in(folder_.path()).front();
  const std::string scores = read_file(folder / "scores.csv");
  EXPECT_NE(scores.find(",hd90,"), std::string::npos);
  EXPECT_EQ(scores.find(",jaccard,"), std::string::npos);
  EXPECT_NE(read_file(folder / "report.html").find("HD90, MONAI (mm)"), std::string::npos);
  const auto refused = run(smallest({"train.epochs=1", "report.metrics=[dice,hd80]"}));
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.text.find("add it to metrics"), std::string::npos) << refused.text;
}

TEST_F(Ledger, TwoProcessesShareARunAndDoNothingTwice) {
  const auto words = smallest();
  std::array<Outcome, 2> outcomes;
  std::thread other([&] { outcomes[1] = run(words); });
  outcomes[0] = run(words);
  other.join();
  int trained = 0;
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    for (const char* line : {"fold 0: 1", "fold 0: 2", "fold 0: 3", "fold 0: 4", "fold 0: 5",
                             "fold 0: 6", "fold 0: 7", "fold 0: 8", "fold 0: 9"})
      trained += outcome.text.find(line) != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(trained, 1) << outcomes[0].text << outcomes[1].text;
  EXPECT_EQ(read_run_record(runs_in(folder_.path()).front()).state, RunState::done);
}

// Kills the program at random moments until it has been killed `kills` times, each time finishing
// what it left: every time the same bits.
void kill_and_complete(int kills) {
  const testing::TemporaryFolder undisturbed;
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(run_program(undisturbed.path(), smallest()).code, 0);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const auto expected = results_of(runs_in(undisturbed.path()).front());
  ASSERT_GT(expected.size(), 10U);

  std::uint64_t draw = 0;
  for (int killed = 0; killed < kills;) {
    const testing::TemporaryFolder folder;
    for (bool finished = false; !finished;) {
      const double wait = Random(1, "kill", {draw++}).uniform(0, took.count());
      const Outcome outcome = killed < kills
                                  ? testing::run_and_kill(folder.path(), smallest(), wait)
                                  : run_program(folder.path(), smallest());
      finished = outcome.code == 0;
      if (!finished) {
        ASSERT_EQ(outcome.code, 128 + SIGKILL) << outcome.text;
        ++killed;
      }
    }
    EXPECT_EQ(results_of(runs_in(folder.path()).front()), expected);
  }
}

TEST(LedgerKilled, CompletesToTheSameBits) { kill_and_complete(50); }
TEST(LongLedgerKilled, CompletesToTheSameBits) { kill_and_complete(1000); }

}  // namespace
}  // namespace myoseg
