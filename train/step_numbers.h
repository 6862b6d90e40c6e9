// What a training step's losses and gradient norms were.
//
// Reading a number of a GPU waits until all is computed that the GPU was asked for, and leaves it
// idle until it is asked for more. So these stay there, and are read some steps together; those of
// a processor at once.
#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "train/data_parallel.h"

namespace myoseg {

// Where in a training a number is from.
struct StepPlace {
  std::int64_t epoch = 0, step = 0;  // counted from 1
  double rate = 0;
  std::vector<std::string> samples{};
};

// Error(failed): what (loss, gradient's norm) is no number there, and what to look at.
[[nodiscard]] Error diverged(const StepPlace& place, const std::string& what, double value,
                             const std::vector<std::string>& samples);

class StepNumbers {
 public:
  StepNumbers(at::Device device, DataParallel& parallel) : device_(device), parallel_(parallel) {}

  // Scalars on the device, not waited for.
  void add_loss(const at::Tensor& loss, const StepPlace& place);
  void add_norm(const at::Tensor& norm, const StepPlace& place);

  // Whether it is time to read them: the same in all processes of a training.
  [[nodiscard]] bool due() const;
  // The mean losses over all processes since the last time, oldest first; `stop` as in
  // DataParallel::mean_losses(). Error(failed) naming place and samples of the first that is no
  // number.
  [[nodiscard]] std::vector<double> read(bool stop);

 private:
  struct One {
    at::Tensor value;
    StepPlace place;
    bool is_loss;
  };
  [[nodiscard]] std::vector<double> values() const;
  [[noreturn]] void throw_diverged(const One& one, double value) const;

  at::Device device_;
  DataParallel& parallel_;
  std::vector<One> unread_;
  std::size_t losses_ = 0;  // of them
  std::chrono::steady_clock::time_point read_ = std::chrono::steady_clock::now();
};

}  // namespace myoseg
