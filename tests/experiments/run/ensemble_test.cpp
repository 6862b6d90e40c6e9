// An ensemble of two tiny networks, from nothing to the report and to new scans.
#include <gtest/gtest.h>

#include "core/files.h"
#include "core/hash.h"
#include "core/table/table.h"
#include "eval/measure/scores.h"
#include "tests/experiments/program.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;

std::vector<std::string> ensemble(const std::string& command,
                                  const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{
      command,
      "experiment=kreher2022",
      "preset=quick",
      "cohort.subjects=6",
      "preprocess.size=[32,32]",
      "validation.folds=2",
      "train.epochs=1",
      "report.case_overlays=0",
      "ensemble=[{unet:{widths:[4,8],bottleneck:8}},{dense_block_unet:{dims:2,growth:2,stem:4,layers:[1],bottleneck:1}}]",
      "ensemble_weights=[3,1]"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// One run shared by the tests of this file.
class EnsembleRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    first_ = new Outcome(run_program(folder_->path(), ensemble("run")));
  }
  static void TearDownTestSuite() {
    delete first_;
    delete folder_;
  }
  void SetUp() override { ASSERT_EQ(first_->code, 0) << first_->text; }
  static fs::path run() { return fs::directory_iterator(folder_->path() / "runs")->path(); }
  static Outcome program(const std::vector<std::string>& words) {
    return run_program(folder_->path(), words);
  }
  static void expect_part(const Outcome& outcome, int code, const std::string& part) {
    EXPECT_EQ(outcome.code, code) << outcome.text;
    EXPECT_NE(outcome.text.find(part), std::string::npos) << outcome.text;
  }
  static Outcome predict(const std::string& out) {
    fs::path scan;
    for (const auto& entry : fs::directory_iterator(folder_->path() / "cache"))
      if (entry.path().filename().string().starts_with("cohort-") && entry.is_directory())
        scan = entry.path() / "imagesTr/L3_0001_0000.nii.gz";
    return program({"predict", "run=" + run().string(), "input=" + scan.string(), "out=" + out});
  }
  static testing::TemporaryFolder* folder_;
  static Outcome* first_;
};
testing::TemporaryFolder* EnsembleRun::folder_ = nullptr;
Outcome* EnsembleRun::first_ = nullptr;

TEST_F(EnsembleRun, EveryMemberOfEveryFoldLeavesItsFiles) {
  for (const char* fold : {"fold_0", "fold_1"})
    for (const char* member : {"unet", "dense_block_unet"})
      for (const char* file : {"best.safetensors", "last.safetensors", "log.csv", "predictions"})
        EXPECT_TRUE(fs::exists(run() / fold / member / file)) << fold << member << file;
  EXPECT_TRUE(fs::exists(run() / "fold_0/predictions"));
  const std::string jobs = read_file(run() / "jobs.json");
  for (const char* job :
       {"\"train/0/unet\"", "\"predict/1/dense_block_unet\"", "\"predict/0\"", "\"score/unet\""})
    EXPECT_NE(jobs.find(job), std::string::npos) << job << jobs;
}

TEST_F(EnsembleRun, MembersAreScoredBesideTheEnsemble) {
  const auto whole = read_scores(run() / "scores.csv").size();
  EXPECT_GT(whole, 0U);
  for (const char* member : {"unet", "dense_block_unet"})
    EXPECT_EQ(read_scores(run() / "members" / member / "scores.csv").size(), whole) << member;
  const Table table = read_csv(run() / "tables/members.csv");
  ASSERT_EQ(table.rows.size(), 18U);  // five muscles and combined
  EXPECT_EQ(table.rows[0][table.column("model")], "unet");
  EXPECT_EQ(table.number(0, table.column("weight")), 0.75);
  const std::string page = read_file(run() / "report.html");
  for (const char* part :
       {"Members of the ensemble", "fold 1, dense_block_unet", "2 folds by patient"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
}

TEST_F(EnsembleRun, AskedAgainDoesNothing) {
  const std::string weights = hash_file(run() / "fold_1/dense_block_unet/best.safetensors");
  expect_part(program(ensemble("run")), 0, "train fold 1, dense_block_unet: done before");
  EXPECT_EQ(hash_file(run() / "fold_1/dense_block_unet/best.safetensors"), weights);
}

TEST_F(EnsembleRun, OneJobAloneIsDoneAgainToTheSameBits) {
  const fs::path best = run() / "fold_0/dense_block_unet/best.safetensors";
  const std::string weights = hash_file(best);
  const std::string job = "job=train/0/dense_block_unet";
  expect_part(program({"run", "--rerun", run().string(), job, "--force"}), 0,
              "fold 0, dense_block_unet: ");
  EXPECT_EQ(hash_file(best), weights);
  const Outcome rest = program(ensemble("run"));
  expect_part(rest, 0, "train fold 0, unet: done before");
  EXPECT_EQ(rest.text.find("predict fold 0: done before"), std::string::npos) << rest.text;
}

TEST_F(EnsembleRun, ASecondOfTheSameNetworkHasItsOwnNameAndWeights) {
  const Outcome done = program(ensemble(
      "train", {"ensemble=[{unet:{widths:[4,8],bottleneck:8}},{unet:{widths:[4,8],bottleneck:8}}]",
                "ensemble_weights=[]", "runtime.runs=twins", "fold=1"}));
  ASSERT_EQ(done.code, 0) << done.text;
  const fs::path twins = fs::directory_iterator(folder_->path() / "twins")->path();
  EXPECT_FALSE(fs::exists(twins / "fold_0"));
  EXPECT_NE(hash_file(twins / "fold_1/unet/best.safetensors"),
            hash_file(twins / "fold_1/unet_2/best.safetensors"));
}

TEST_F(EnsembleRun, PredictsWithAllMembersAndNamesOneThatIsMissingOrAnothers) {
  expect_part(predict("new"), 0, "1 of 1 scans predicted");
  EXPECT_NE(read_file(run() / "log.txt").find("fold 0, dense_block_unet"), std::string::npos);
  const fs::path best = run() / "fold_1/dense_block_unet/best.safetensors";
  fs::rename(best, *folder_ / "kept");
  expect_part(predict("missing"), 3,
              "member dense_block_unet of the ensemble is not trained in fold 1: there is no " +
                  best.string());
  fs::copy_file(run() / "fold_0/dense_block_unet/best.safetensors", best);
  expect_part(predict("mixed"), 3,
              "member dense_block_unet of the ensemble: " + best.string() +
                  " is a checkpoint of another training");
  fs::remove(best);
  fs::rename(*folder_ / "kept", best);
}

TEST_F(EnsembleRun, InfoShowsEachAndTheirSum) {
  const Outcome info = program(ensemble("info", {"classes=6"}));
  for (const char* part : {"member unet, weight 0.75", "member dense_block_unet, weight 0.25",
                           "ensemble           2 networks"})
    expect_part(info, 0, part);
}

TEST_F(EnsembleRun, WhatContradictsTheEnsembleIsRefused) {
  expect_part(program(ensemble("run", {"model.bottleneck=8"})), 2,
              "model.bottleneck=8: the experiment's networks are those of `ensemble`");
  expect_part(program(ensemble("run", {"model=unet"})), 2, "take the one network with ensemble=[]");
  for (const char* weight : {"0", "-1", "inf", "1e-300", "1e300"})
    expect_part(program(ensemble("run", {std::string("ensemble_weights=[1,") + weight + "]"})), 2,
                "is outside [1e-06, 1000000]");
  expect_part(program(ensemble("run", {"ensemble_weights=[1]"})), 2,
              "has 1 numbers for the 2 members");
  expect_part(program(ensemble("run", {"init_from=some.pt"})), 2,
              "init_from is the weights of one network");
  expect_part(program(ensemble("run", {"ensemble=[manet,{unet:{dims:3}}]"})), 2,
              "the ensemble's member unet: takes volumes");
  expect_part(program(ensemble("run", {"fold=2"})), 2, "there are folds 0 to 1");
}

}  // namespace
}  // namespace myoseg
