// What the training loop does apart from going on: learning, logs, early stopping, refusals.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/table/table.h"
#include "tests/testing/temporary.h"
#include "tests/train/training_fixture.h"
#include "train/checkpoints/checkpoint.h"
#include "train/signals.h"
#include "train/trainer.h"

namespace myoseg {
namespace {

using testing::FixtureOptions;
using testing::TemporaryFolder;
using testing::TrainingFixture;
namespace fs = std::filesystem;

class TrainerRules : public ::testing::Test {
 protected:
  TrainerRules() {
    log::set_level(log::Level::error);
    withdraw_stop();
    fs::create_directories(root_ / "data");
    options_.train.epochs = 3;
  }
  TrainingFixture fixture() { return {root_ / "data", folder(), options_}; }
  [[nodiscard]] fs::path folder() const { return root_ / "run"; }

  // The sentence of the error that the training ends with.
  std::string refusal(ExitCode code, const std::function<void(TrainingFixture&)>& change = {}) {
    TrainingFixture f = fixture();
    if (change) change(f);
    try {
      f.run();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }

  TemporaryFolder root_;
  FixtureOptions options_;
};

void expect_in(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
}

TEST_F(TrainerRules, Learns) {
  options_.train.epochs = 40;
  options_.augment = options_.with_norm_and_dropout = false;
  options_.schedule = "constant";
  options_.optimizer_options = {{"lr", Node(0.03)}};
  const TrainingResult result = fixture().run();
  EXPECT_GT(result.best_score, 0.9);
  const Table log = read_csv(folder() / "log.csv");
  EXPECT_EQ(log.columns,
            (std::vector<std::string>{"epoch", "step", "rate", "loss", "validation_loss", "score",
                                      "seconds", "dice_psoas", "dice_spinae"}));
  ASSERT_EQ(log.rows.size(), 40u);
  EXPECT_EQ(log.number(39, log.column("epoch")), 40);
  EXPECT_EQ(log.number(39, log.column("step")), 200);
  EXPECT_LT(log.number(39, log.column("loss")), 0.5 * log.number(0, log.column("loss")));
  const auto best = static_cast<std::size_t>(result.best_epoch) - 1;
  EXPECT_EQ(log.number(best, log.column("score")), result.best_score);
  EXPECT_EQ(log.number(best, log.column("score")), (log.number(best, log.column("dice_psoas")) +
                                                    log.number(best, log.column("dice_spinae"))) /
                                                       2);
}

TEST_F(TrainerRules, ValidatesWhenDueAndAtTheEnd) {
  options_.train.epochs = 5;
  options_.train.validate_every = 3;
  fixture().run();
  const Table log = read_csv(folder() / "log.csv");
  for (std::size_t row = 0; row < 5; ++row)
    EXPECT_EQ(log.rows[row][log.column("score")] == "NA", row != 2 && row != 4) << row;
}

TEST_F(TrainerRules, StopsEarly) {
  options_.train.epochs = 20;
  options_.train.early_stopping = 4;
  options_.with_norm_and_dropout = false;
  options_.optimizer_options = {
      {"lr", Node(1e-30)}};  // nothing changes: the first epoch stays the best
  const TrainingResult result = fixture().run();
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.epochs, 5);
  EXPECT_EQ(result.best_epoch, 1);
}

// Nothing is learnt: of the scores after epochs 4, 8, ... the first stays the best.
class TrainerClock : public TrainerRules {
 protected:
  TrainerClock() {
    options_.train.epochs = 30;
    options_.train.validate_every = 4;
    options_.with_norm_and_dropout = false;
    options_.optimizer_options = {{"lr", Node(1e-30)}};
    options_.schedule_options = {{"patience", Node(0)}, {"factor", Node(0.5)}, {"eps", Node(0.0)}};
  }
  [[nodiscard]] std::vector<double> rates() const {
    const Table log = read_csv(folder() / "log.csv");
    std::vector<double> rates;
    for (std::size_t row = 0; row < log.rows.size(); ++row)
      rates.push_back(log.number(row, log.column("rate")) / 1e-30);
    return rates;
  }
};

TEST_F(TrainerClock, OnlyScoresMovePlateauAndEarlyStopping) {
  options_.train.early_stopping = 3;
  const TrainingResult result = fixture().run();
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.best_epoch, 4);
  EXPECT_EQ(result.epochs, 16);  // not 7
  EXPECT_EQ(rates(), (std::vector<double>{1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25,
                                          0.25, 0.25}));
}

TEST_F(TrainerClock, StandsStillWhileStopped) {
  options_.train.early_stopping = 2;
  TrainingResult result;
  for (int starts = 0; starts < 100 && !result.finished; ++starts) {
    withdraw_stop();
    TrainingFixture f = fixture();
    f.loss.on_training = [](int n) {
      if (n == 2) request_stop();  // several times an epoch
    };
    result = f.run();
  }
  withdraw_stop();
  EXPECT_EQ(result.epochs, 12);
  EXPECT_EQ(rates(), (std::vector<double>{1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5}));
}

TEST_F(TrainerClock, TheLastEpochsScoreIsNews) {
  options_.train.epochs = 6;
  options_.train.early_stopping = 1;
  const TrainingResult result = fixture().run();
  EXPECT_EQ(result.epochs, 6);
  EXPECT_EQ(result.best_epoch, 4);
}

TEST_F(TrainerClock, OfTheTrainingLossTicksEveryEpoch) {
  options_.tuning = false;
  options_.augment = false;
  options_.train.early_stopping = 3;
  const TrainingResult result = fixture().run();
  EXPECT_LT(result.epochs, 30);
  EXPECT_EQ(result.epochs, result.best_epoch + 3);
}

TEST_F(TrainerRules, WithoutTuningTheLossSteers) {
  options_.tuning = false;
  const TrainingResult result = fixture().run();
  const Table log = read_csv(folder() / "log.csv");
  for (std::size_t row = 0; row < 3; ++row) {
    EXPECT_EQ(log.number(row, log.column("score")), -log.number(row, log.column("loss")));
    EXPECT_EQ(log.rows[row][log.column("validation_loss")], "NA");
  }
  EXPECT_EQ(result.best_score,
            log.number(static_cast<std::size_t>(result.best_epoch) - 1, log.column("score")));
}

TEST_F(TrainerRules, DivergedTrainingNamesPlaceAndSlices) {
  const std::string sentence = refusal(ExitCode::failed, [](TrainingFixture& f) {
    f.loss.on_training = [&f](int n) {
      if (n == 6) f.loss.factor = std::numeric_limits<double>::quiet_NaN();
    };
  });
  expect_in(sentence, {"epoch 2", "step 7", "learning rate", "nan", "case_", "clip_norm"});
}

TEST_F(TrainerRules, DivergedValidationNamesSlices) {
  const std::string sentence = refusal(ExitCode::failed, [](TrainingFixture& f) {
    f.loss.on_validation = [&f](int n) {
      if (n == 1) f.loss.factor = std::numeric_limits<double>::infinity();
    };
  });
  expect_in(sentence, {"epoch 1", "tuning samples became inf", "case_3"});
}

TEST_F(TrainerRules, RefusesOtherTrainings) {
  fixture().run();
  options_.identity = "training 2";
  expect_in(refusal(ExitCode::bad_data), {"last.safetensors", "training 1", "training 2"});
  options_.identity = "training 1";
  options_.classes = 4;
  expect_in(refusal(ExitCode::bad_data), {"last.safetensors", "head.weight"});
  options_.classes = 3;
  options_.optimizer = "sgd";
  options_.optimizer_options = {{"momentum", Node(0.9)}};
  expect_in(refusal(ExitCode::bad_data), {"last.safetensors", "optimiser"});
}

TEST_F(TrainerRules, RefusesDamagedFiles) {
  fixture().run();
  const fs::path last = folder() / "last.safetensors";
  const std::string good = read_file(last);
  write_file(last, std::string_view(good).substr(0, good.size() / 2));
  expect_in(refusal(ExitCode::bad_data), {"last.safetensors"});
  write_file(last, "");
  expect_in(refusal(ExitCode::bad_data), {"last.safetensors"});
  write_file(last, read_file(folder() / "best.safetensors"));
  expect_in(refusal(ExitCode::bad_data), {"last.safetensors", "not the state of a training"});
}

TEST_F(TrainerRules, RefusesAForeignLog) {
  TrainingFixture first = fixture();
  first.loss.on_training = [](int n) {
    if (n == 6) request_stop();
  };
  first.run();
  withdraw_stop();
  write_file(folder() / "log.csv", "epoch,other\n1,2\n");
  expect_in(refusal(ExitCode::bad_data), {"log.csv", "columns"});
}

TEST_F(TrainerRules, RefusesAPrecisionThatTheDeviceDoesNotHave) {
  expect_in(refusal(ExitCode::bad_usage,
                    [](TrainingFixture& f) { f.job.options.precision = Precision::fp16; }),
            {"fp16", "CUDA"});
  EXPECT_FALSE(fs::exists(folder() / "log.csv"));
}

}  // namespace
}  // namespace myoseg
