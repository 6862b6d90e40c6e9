// One step of a training: loss and gradients of its batches, then the update of the weights. On a
// GPU all of it is only asked for: nothing here waits for a number (but the scaling of fp16 does).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/runtime/forward.h"
#include "models/runtime/recorded_step.h"
#include "train/data_parallel.h"
#include "train/grad_scaler.h"
#include "train/trainer.h"

namespace myoseg {

class TrainingStep {
 public:
  // Error(bad_usage) for a precision that the device does not have, and for train.cuda_graph where
  // the step cannot be recorded.
  TrainingStep(const TrainingJob& job, DataParallel& parallel);

  [[nodiscard]] const ForwardSetup& setup() const { return setup_; }
  [[nodiscard]] GradScaler& scaler() { return scaler_; }

  // Of batches on the device: before the first.
  void begin() { job_.optimizer->zero_grad(); }
  // The loss of one of the step's `batches`, a scalar on the device; adds its gradients. `number`:
  // of the batch in the training, for the network's random numbers.
  [[nodiscard]] at::Tensor differentiate(const Batch& batch, std::int64_t batches,
                                         std::int64_t number);
  // After the last: the gradients' norm, where they are clipped.
  std::optional<at::Tensor> update(double rate);

 private:
  // Of the network; the first time it is said which convolutions it has.
  [[nodiscard]] std::vector<at::Tensor> outputs(const at::Tensor& image);

  const TrainingJob& job_;
  DataParallel& parallel_;
  ForwardSetup setup_;
  GradScaler scaler_;
  std::unique_ptr<RecordedStep> recorded_;
  bool kernels_logged_ = false;
};

}  // namespace myoseg
