// The options of the training loop.
#pragma once

#include <optional>
#include <vector>

#include "core/fields/fields.h"
#include "models/runtime/kernel_scope.h"
#include "models/runtime/precision.h"

namespace myoseg {

struct TrainOptions {
  int epochs = 100;
  Precision precision = Precision::fp32;
  std::optional<bool> channels_last;  // memory layout of 2D images; none: with bf16 and fp16
  bool sync_batch_norm = false;       // over the rows of all processes
  bool cuda_graph = false;            // see models/runtime/recorded_step.h
  Kernels kernels = Kernels::automatic;
  double clip_norm = 0;    // of all gradients together; 0: no clipping
  int accumulate = 1;      // batches per optimiser step
  int early_stopping = 0;  // validation scores without a better one; 0: never
  std::vector<double> deep_supervision_weights{};  // see losses/deep_supervision.h
  int validate_every = 1;                          // epochs; the last one is always validated
  int checkpoint_every = 1;  // epochs; on a request to stop the state is always saved
};
void describe(Fields& f, TrainOptions& o);

}  // namespace myoseg
