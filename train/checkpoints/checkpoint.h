// A training as one file: weights, optimiser, schedule and position, consistent with each other at
// any moment.
//
// last.safetensors holds "model/NAME" (parameters and buffers), "optimizer/KIND/NAME",
// "schedule/NAME" and "training/NAME" (numbers as float64 or int64 without dimensions, so that they
// come back exactly). best.safetensors holds weights alone under their PyTorch names. Both carry
// the configuration in their metadata.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

#include "models/network.h"
#include "models/runtime/precision.h"
#include "train/optimizers/optimizer.h"
#include "train/schedules/schedule.h"

namespace myoseg {

// Where a training stands and what it has seen.
struct TrainingState {
  std::int64_t epoch = 0;    // epochs finished
  std::int64_t batch = 0;    // batches of the next epoch already trained on
  std::int64_t updates = 0;  // optimiser steps so far
  double loss_sum = 0;       // over those batches
  double seconds = 0;        // spent on them
  double rate = 0;           // learning rate of the latest step
  double best_score = -std::numeric_limits<double>::infinity();
  std::int64_t best_epoch = 0;  // counted from 1; 0: none yet. Early stopping counts from here
  double scale = 65536;         // of GradScaler
  std::int64_t scale_good_steps = 0;
  std::int64_t finished = 0;  // 1: nothing is left to do
};

// What a checkpoint is a checkpoint of.
struct Training {
  Network& network;
  Optimizer& optimizer;
  Schedule& schedule;
  std::string identity;
  std::string config_yaml;
};

// Both throw Error(failed) when the disk does not take the file; the one before stays as it was.
void save_training(const std::filesystem::path& file, const Training& training,
                   const TrainingState& state);
void save_best(const std::filesystem::path& file, const Training& training, std::int64_t epoch,
               double score);

// Error(bad_data), before anything is changed where possible, when the file is damaged, no
// training's state, of another training (identity) or of another network.
[[nodiscard]] TrainingState load_training(const std::filesystem::path& file,
                                          const Training& training);

// Weights of a checkpoint (either kind) into a network; Error(bad_data) naming the first difference
// if they do not fit.
void load_weights(Network& network, const std::filesystem::path& checkpoint);
// What the checkpoint (either kind) says it is of; empty: nothing.
[[nodiscard]] std::string identity_of(const std::filesystem::path& checkpoint);

}  // namespace myoseg
