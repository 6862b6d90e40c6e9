// A small network, data set and loss for the tests of the training loop.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/config/tree/node.h"
#include "data/load/loader.h"
#include "losses/loss.h"
#include "models/blocks/layers.h"
#include "models/network.h"
#include "train/trainer.h"

namespace myoseg::testing {

// Convolution, batch norm (buffers), dropout (random numbers) and a head of `classes` channels.
class SmallNetwork final : public Network {
 public:
  explicit SmallNetwork(int classes = 3, bool with_norm_and_dropout = true);
  at::Tensor forward(at::Tensor x) override;

 private:
  std::shared_ptr<Conv> first_, head_;
  std::shared_ptr<Layer> norm_;
  std::shared_ptr<Dropout> dropout_;
};

// Cross-entropy; `on_training` and `on_validation` are called before each loss with how many of
// that kind came before.
class WatchedLoss final : public Loss {
 public:
  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels) const override;

  std::function<void(int)> on_training, on_validation;
  double factor = 1;  // may become NaN

 private:
  mutable int trained_ = 0, validated_ = 0;
};

struct FixtureOptions {
  TrainOptions train;
  std::string optimizer = "adamw", schedule = "plateau";
  std::vector<std::pair<std::string, Node>> optimizer_options, schedule_options;
  bool tuning = true, augment = true;
  bool with_norm_and_dropout = true;
  int classes = 3;
  std::string identity = "training 1";
};

// A training as a process of its own would set it up: nothing is shared but the folders.
class TrainingFixture {
 public:
  // Cases are written to `data` when it is empty.
  TrainingFixture(const std::filesystem::path& data, const std::filesystem::path& folder,
                  FixtureOptions options);
  TrainingResult run();

  WatchedLoss loss;
  TrainingJob job;

 private:
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<Schedule> schedule_;
  std::unique_ptr<Loader> train_, tuning_;
};

NamedTensors parameters_of(const Network& network);
std::unique_ptr<Optimizer> make_optimizer(
    const std::string& name, const NamedTensors& parameters,
    const std::vector<std::pair<std::string, Node>>& options = {});
std::unique_ptr<Schedule> make_schedule(
    const std::string& name, double base_rate, std::int64_t epochs, std::int64_t steps_per_epoch,
    const std::vector<std::pair<std::string, Node>>& options = {});

}  // namespace myoseg::testing
