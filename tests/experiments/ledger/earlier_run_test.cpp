// A run that an earlier program made stays a run: nothing of it is made again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/config/tree/yaml.h"
#include "core/fields/fields.h"
#include "core/files.h"
#include "data/prepare/preprocess.h"
#include "experiments/ledger/run_folder.h"
#include "tests/experiments/program.h"
#include "tests/testing/golden.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;

const char* const kName =
    "kreher2022,and_3_more,model.widths=_2_4_,model.bottleneck=4,validation.folds=2,"
    "train.epochs=1-eb7d0f77";

// What the report showed then; the experiment has another column now.
std::vector<std::string> report_of_then() {
  const Node config = load_yaml(testing::source_folder() / "tests/data/run_before/config.yaml");
  std::vector<std::string> words;
  for (const char* key : {"metrics", "paper_values", "notes"}) {
    std::string text = config.at_path(std::string("report.") + key)->text();
    // YAML doubles the apostrophe, a command line escapes it.
    for (std::size_t at = 0; (at = text.find("''", at)) != std::string::npos; at += 2)
      text.replace(at, 2, "\\'");
    words.push_back(fmt::format("report.{}={}", key, text));
  }
  return words;
}

std::vector<std::string> earlier_command(const std::vector<std::string>& more) {
  std::vector<std::string> words{"run",
                                 "experiment=kreher2022",
                                 "preset=quick",
                                 "cohort.subjects=4",
                                 "preprocess.size=[32,32]",
                                 "model.widths=[2,4]",
                                 "model.bottleneck=4",
                                 "validation.folds=2",
                                 "train.epochs=1",
                                 "train.kernels=library",  // there were no others
                                 "metrics=[dice,jaccard,hamming_similarity]",
                                 "runtime.threads=1"};
  for (std::string& word : report_of_then()) words.push_back(std::move(word));
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// tests/data/run_before and the cohort's marker, with empty files for the outputs that were too
// large to keep.
void lay_earlier_run(const fs::path& folder) {
  const fs::path kept = testing::source_folder() / "tests/data/run_before";
  const fs::path run = folder / "runs" / kName;
  fs::create_directories(run.parent_path());
  fs::copy(kept, run, fs::copy_options::recursive);
  for (const char* fold : {"fold_0", "fold_1"}) {
    fs::create_directories(run / fold / "predictions");
    write_file(run / fold / "last.safetensors", "");
  }
  fs::create_directories(run / "tables");
  write_file(run / "report.html", "");
  fs::create_directories(folder / "cache/cohort-l3-b4de39e7");
  write_file(folder / "cache/cohort-l3-b4de39e7/dataset.json", "{}");
  fs::rename(run / "cohort.json", folder / "cache/cohort-l3-b4de39e7.json");
}

TEST(EarlierRun, IsDone) {
  const testing::TemporaryFolder folder;
  lay_earlier_run(folder.path());
  const RunRecord record = read_run_record(folder.path() / "runs" / kName);
  EXPECT_EQ(record.jobs, 7U);
  EXPECT_EQ(record.done, 7U);
  ASSERT_TRUE(record.score.has_value());

  const Outcome plan = run_program(folder.path(), earlier_command({"--dry-run"}));
  EXPECT_EQ(plan.code, 0) << plan.text;
  EXPECT_NE(plan.text.find(kName), std::string::npos) << plan.text;
  EXPECT_NE(plan.text.find("\n0 of 8 jobs to do"), std::string::npos) << plan.text;

  const Outcome again = run_program(folder.path(), earlier_command({}));
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_NE(again.text.find("0.126 ± 0.145"), std::string::npos) << again.text;
  EXPECT_EQ(fs::file_size(folder.path() / "runs" / kName / "fold_0/last.safetensors"), 0U);
}

TEST(EarlierRun, AnOptionThatIsNewIsNotInItsHash) {
  const testing::TemporaryFolder folder;
  lay_earlier_run(folder.path());
  const auto folder_of = [&](const std::string& option) {
    const Outcome plan = run_program(folder.path(), earlier_command({"--dry-run", option}));
    EXPECT_EQ(plan.code, 0) << plan.text;
    return plan.text.substr(0, plan.text.find('\n'));
  };
  EXPECT_NE(folder_of("predict.precision=fp32").find(kName), std::string::npos);
  EXPECT_EQ(folder_of("predict.precision=bf16").find(kName), std::string::npos);
}

TEST(EarlierRun, UsesTheKernelsThatItWasMadeWith) {
  const testing::TemporaryFolder folder;
  lay_earlier_run(folder.path());
  const Outcome plan = run_program(
      folder.path(), {"run", "--rerun", (folder.path() / "runs" / kName).string(), "--dry-run"});
  EXPECT_EQ(plan.code, 0) << plan.text;
  EXPECT_NE(plan.text.find("\n0 of "), std::string::npos) << plan.text;
  const Outcome other =
      run_program(folder.path(), earlier_command({"--dry-run", "train.kernels=auto"}));
  EXPECT_EQ(other.text.find(kName), std::string::npos) << other.text;
}

// Preprocessed cases of earlier programs are found by it.
TEST(EarlierRun, PreprocessingKeepsItsHash) {
  EXPECT_EQ(config_hash(PreprocessOptions{}), "7982696722633b074c00075de43017bb");
}

}  // namespace
}  // namespace myoseg
