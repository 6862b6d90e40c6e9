// Batches of slices from the cache, augmented; the same for any number of threads.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/fields/fields.h"
#include "data/augment/augment.h"
#include "data/dataset/dataset.h"
#include "data/load/cache.h"

namespace myoseg {

struct LoaderOptions {
  int batch_size = 8;
  int threads = 1;  // loading threads beside the training thread; 0 loads in the training thread
  int samples_per_epoch = 0;  // 0: every slice once
  double foreground_share =
      0.0;  // of samples_per_epoch, drawn from slices with foreground; the rest from all
};
void describe(Fields& f, LoaderOptions& o);

struct Batch {
  at::Tensor image;                // [N,C,H,W] float32
  at::Tensor label;                // [N,H,W] int64
  std::vector<std::string> names;  // "case z=12", for messages
};

// One slice of one of the loader's cases.
struct SampleRef {
  std::size_t case_index = 0;
  std::int64_t z = 0;
};
// The slices of all cases in order: all of them, or those with foreground only.
[[nodiscard]] std::vector<SampleRef> list_samples(const std::vector<CachedCase>& cases,
                                                  Slices slices);

// Training (augment != nullptr): samples in an order given by (seed, epoch), each slice once or
// samples_per_epoch draws; the last batch is filled up from the start of the order so that batch
// shapes are fixed. Evaluation (augment == nullptr): every sample once as listed; the last batch is
// short.
class Loader {
 public:
  // Throws Error(bad_data) when there are no samples, a case has no label or slices differ in size
  // or channels.
  Loader(std::vector<CachedCase> cases, std::vector<SampleRef> samples,
         const LoaderOptions& options, const AugmentOptions* augment, std::uint64_t seed);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  void start_epoch(std::int64_t epoch);  // may be called before the epoch at work has ended
  // False at the end of the epoch. An error while a slice is read or augmented is thrown here, in
  // the batch that it belongs to, naming case, slice and transform.
  bool next(Batch& batch);
  [[nodiscard]] std::int64_t batches_per_epoch() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace myoseg
