// A training that is stopped or killed anywhere has the bits of one that was not.
#include "train/trainer.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/files.h"
#include "core/log.h"
#include "core/table/table.h"
#include "tests/testing/temporary.h"
#include "tests/train/training_fixture.h"
#include "train/signals.h"

namespace myoseg {
namespace {

using testing::FixtureOptions;
using testing::TemporaryFolder;
using testing::TrainingFixture;
namespace fs = std::filesystem;

struct Variant {
  std::string name;
  FixtureOptions options;
};

// Five batches an epoch: groups of two leave a short one.
std::vector<Variant> variants() {
  std::vector<Variant> all(5);
  all[0].name = "AdamWPlateau";
  all[0].options.train.kernels = Kernels::library;
  all[1].name = "SgdCosinePerStepAccumulated";
  all[1].options.optimizer = "sgd";
  all[1].options.optimizer_options = {{"momentum", Node(0.9)}};
  all[1].options.schedule = "cosine";
  all[1].options.schedule_options = {{"per", Node("step")}};
  all[1].options.train.accumulate = 2;
  all[1].options.train.kernels = Kernels::f2;
  all[1].options.train.clip_norm = 0.5;
  all[2].name = "Bf16EverySecondEpoch";
  all[2].options.train.precision = Precision::bf16;
  all[2].options.train.validate_every = 2;
  all[2].options.train.checkpoint_every = 2;
  all[3].name = "WithoutTuning";
  all[3].options.tuning = false;
  all[3].options.train.channels_last = true;
  all[3].options.train.kernels = Kernels::f4;
  all[4].name = "KernelsByShape";
  all[4].options.train.kernels = Kernels::automatic;
  for (auto& v : all) v.options.train.epochs = 4;
  return all;
}

std::string log_without_seconds(const fs::path& folder) {
  Table log = read_csv(folder / "log.csv");
  for (auto& row : log.rows) row[log.column("seconds")] = "";
  return to_csv(log);
}

void expect_same_bits(const fs::path& a, const fs::path& b) {
  EXPECT_EQ(log_without_seconds(a), log_without_seconds(b));
  for (const std::string file : {"last.safetensors", "best.safetensors"})
    EXPECT_TRUE(read_file(a / file) == read_file(b / file)) << file << " differs";
}

struct Killed : std::runtime_error {
  Killed() : std::runtime_error("killed") {}
};

class Trainer : public ::testing::TestWithParam<Variant> {
 protected:
  Trainer() {
    log::set_level(log::Level::error);
    withdraw_stop();
  }
  ~Trainer() override { withdraw_stop(); }

  TrainingFixture start(const std::string& folder, FixtureOptions options) {
    withdraw_stop();
    fs::create_directories(root_ / "data");
    return {root_ / "data", root_ / folder, std::move(options)};
  }
  // Starts again until the training says that it has ended.
  int finish(const std::string& folder, const std::function<void(TrainingFixture&)>& prepare) {
    for (int starts = 1; starts < 50; ++starts) {
      TrainingFixture fixture = start(folder, GetParam().options);
      prepare(fixture);
      if (fixture.run().finished) return starts;
    }
    return 0;
  }
  void straight() { EXPECT_TRUE(start("straight", GetParam().options).run().finished); }

  TemporaryFolder root_;
};
INSTANTIATE_TEST_SUITE_P(Variants, Trainer, ::testing::ValuesIn(variants()),
                         [](const auto& info) { return info.param.name; });

TEST_P(Trainer, GoesOnInTheMiddleOfAnEpoch) {
  straight();
  TrainingFixture first = start("stopped", GetParam().options);
  first.loss.on_training = [](int n) {
    if (n == 7) request_stop();  // the third batch of the second epoch
  };
  const TrainingResult stopped = first.run();
  EXPECT_FALSE(stopped.finished);
  EXPECT_EQ(stopped.epochs, 1);
  const TrainingResult result = start("stopped", GetParam().options).run();
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.epochs, 4);
  expect_same_bits(root_ / "straight", root_ / "stopped");
}

TEST_P(Trainer, GoesOnAfterEveryStep) {
  straight();
  const int starts = finish(
      "stopped", [](TrainingFixture& f) { f.loss.on_training = [](int) { request_stop(); }; });
  const int steps = GetParam().options.train.accumulate == 2 ? 12 : 20;
  EXPECT_EQ(starts, steps + 1);
  expect_same_bits(root_ / "straight", root_ / "stopped");
}

TEST_P(Trainer, GoesOnInTheMiddleOfValidation) {
  if (!GetParam().options.tuning) return;
  straight();
  TrainingFixture first = start("stopped", GetParam().options);
  first.loss.on_validation = [](int n) {
    if (n == 1) request_stop();
  };
  EXPECT_FALSE(first.run().finished);
  EXPECT_TRUE(start("stopped", GetParam().options).run().finished);
  expect_same_bits(root_ / "straight", root_ / "stopped");
}

// Killed before the first checkpoint, in the third epoch, and in the fourth: with a checkpoint
// every second epoch the log and the best network are then newer than the state.
TEST_P(Trainer, GoesOnAfterBeingKilled) {
  straight();
  for (const int batches : {2, 13, 7}) {
    TrainingFixture fixture = start("killed", GetParam().options);
    fixture.loss.on_training = [&](int n) {
      if (n == batches) throw Killed();
    };
    EXPECT_THROW(fixture.run(), Killed);
  }
  EXPECT_EQ(read_csv(root_ / "killed" / "log.csv").rows.size(), 3u);
  EXPECT_TRUE(start("killed", GetParam().options).run().finished);
  expect_same_bits(root_ / "straight", root_ / "killed");
}

TEST_P(Trainer, DoesNothingWhenFinished) {
  straight();
  const std::string log = read_file(root_ / "straight" / "log.csv");
  TrainingFixture again = start("straight", GetParam().options);
  again.loss.on_training = [](int) { FAIL(); };
  const TrainingResult result = again.run();
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.epochs, 4);
  EXPECT_GE(result.best_epoch, 1);
  EXPECT_EQ(read_file(root_ / "straight" / "log.csv"), log);
}

}  // namespace
}  // namespace myoseg
