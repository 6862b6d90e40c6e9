// The training loop of one fold; stops and goes on at any epoch with the same bits.
#pragma once

#include <functional>
#include <filesystem>
#include <memory>
#include <string>

#include "core/fields.h"
#include "data/loader.h"
#include "losses/loss.h"
#include "models/network.h"
#include "train/optimizer.h"
#include "train/schedule.h"

namespace myoseg {

struct TrainOptions {
  int epochs = 100;
  std::string precision = "fp32";   // fp32 | bf16 | fp16 (CUDA only)
  bool channels_last = true;
  double clip_norm = 0;             // 0: no clipping
  int accumulate = 1;               // batches per optimiser step
  int early_stopping = 0;           // epochs without a better validation score; 0: never
  int validate_every = 1;           // epochs
};
void describe(Fields& f, TrainOptions& o);

struct TrainingResult {
  bool finished = false;    // false: interrupted by a signal; the same command goes on
  int epochs = 0;
  int best_epoch = -1;
  double best_score = 0;    // mean foreground Dice of the tuning slices
};

// Everything one training needs. Files in `folder`: log.csv, events.out.tfevents.*, last.safetensors (weights + training
// state), best.safetensors (weights + config in the metadata), done.
struct TrainingJob {
  std::filesystem::path folder;
  std::shared_ptr<Network> network;
  const Loss* loss;
  Optimizer* optimizer;
  Schedule* schedule;
  Loader* train;
  Loader* tuning;
  TrainOptions options;
  std::string device = "cpu";
  std::uint64_t seed = 0;
  std::string identity;     // hash of the config and fold: a checkpoint of another training is refused
  std::string config_yaml;  // stored in the checkpoints' metadata
};
TrainingResult train(const TrainingJob& job);

// SIGINT and SIGTERM ask for a stop after the current step; a second one ends the process.
void stop_on_signals();
[[nodiscard]] bool stop_requested();

// Weights of a checkpoint into a network; Error(bad_data) naming file and first difference when they do not fit.
void load_weights(Network& network, const std::filesystem::path& checkpoint);

}  // namespace myoseg
