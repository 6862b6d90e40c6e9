// The training loop of one fold; stops and goes on at any step with the same bits.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/load/loader.h"
#include "losses/loss.h"
#include "models/network.h"
#include "train/optimizers/optimizer.h"
#include "train/schedules/schedule.h"
#include "train/train_options.h"

namespace myoseg {

struct TrainingResult {
  bool finished = false;  // false: asked to stop; the same call goes on from there
  std::int64_t epochs = 0;
  std::int64_t best_epoch = 0;  // counted from 1
  double best_score = 0;        // mean foreground Dice of the tuning samples; without them -loss
};

// Everything one training needs. Leaves in `folder`: log.csv, events.out.tfevents.*,
// last.safetensors (everything to go on with) and best.safetensors (the weights of the best epoch).
struct TrainingJob {
  std::filesystem::path folder;
  std::shared_ptr<Network> network;  // initialised; on `device` before its optimiser is made
  const Loss* loss = nullptr;
  Optimizer* optimizer = nullptr;
  Schedule* schedule = nullptr;
  Loader* train = nullptr;
  Loader* tuning = nullptr;  // null: the training loss steers
  TrainOptions options;
  at::Device device = at::kCPU;
  std::uint64_t seed = 0;
  std::vector<std::string> class_names;  // of the foreground, for the log
  std::int64_t until_epoch = 0;          // stop after this epoch, to go on later; 0: options.epochs
  std::string identity;     // of config, data and fold: a checkpoint of another training is refused
  std::string config_yaml;  // stored in the checkpoints' metadata
};

// Trains, or goes on from `folder`/last.safetensors: weights, optimiser, schedule and log.csv (but
// for its seconds) then have the bits of a training without interruption, on the same machine with
// as many threads. Throws Error(failed) naming epoch, step, rate and samples when the loss is no
// longer a number, or when a file cannot be written; Error(bad_data) for a checkpoint that is
// damaged or not this training's; Error(bad_usage) for a precision that the device does not have.
TrainingResult train(const TrainingJob& job);

}  // namespace myoseg
