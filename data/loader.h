// Batches of slices from the cache, augmented; the same for any number of threads.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "core/fields.h"
#include "data/augment.h"
#include "data/cache.h"

namespace myoseg {

struct LoaderOptions {
  int batch_size = 8;
  int threads = 1;       // loading threads beside the training thread; 0 loads in the training thread
  int samples_per_epoch = 0;  // 0: every slice once
  double foreground_only = 0.0;  // share of samples drawn from slices with foreground when samples_per_epoch > 0
};
void describe(Fields& f, LoaderOptions& o);

struct Batch {
  at::Tensor image;  // [N,C,H,W] float32
  at::Tensor label;  // [N,H,W] int64
  std::vector<std::string> names;  // "case z=12", for messages
};

// One pass over the samples of `cases` in an order given by (seed, epoch); the last batch is filled up from the start
// of the order so that batch shapes are fixed (training) or left short (evaluation, augment == nullptr).
class Loader {
 public:
  Loader(std::vector<CachedCase> cases, const LoaderOptions& options, const AugmentOptions* augment, std::uint64_t seed);
  ~Loader();
  void start_epoch(std::int64_t epoch);
  bool next(Batch& batch);  // false at the end of the epoch
  [[nodiscard]] std::int64_t batches_per_epoch() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace myoseg
