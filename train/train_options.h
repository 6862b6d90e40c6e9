// The options of the training loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fields/fields.h"

namespace myoseg {

struct TrainOptions {
  int epochs = 100;
  std::string precision = "fp32";     // fp32 | bf16 | fp16 (CUDA only)
  std::optional<bool> channels_last;  // memory layout of 2D images; none: with bf16 and fp16
  double clip_norm = 0;               // of all gradients together; 0: no clipping
  int accumulate = 1;                 // batches per optimiser step
  int early_stopping = 0;             // validation scores without a better one; 0: never
  std::vector<double> deep_supervision_weights{};  // see losses/deep_supervision.h
  int validate_every = 1;                          // epochs; the last one is always validated
  int checkpoint_every = 1;  // epochs; on a request to stop the state is always saved
};
void describe(Fields& f, TrainOptions& o);

}  // namespace myoseg
