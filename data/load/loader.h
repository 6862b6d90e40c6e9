// Batches of patches from the cache, augmented; the same for any number of threads. A slice is a
// patch one voxel thick.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"
#include "data/augment/augment.h"
#include "data/dataset/dataset.h"
#include "data/load/cache.h"

namespace myoseg {

// The middle of a patch with foreground: any foreground voxel alike, or one of a class that is
// chosen first, each class that the case has alike.
enum class Balance { voxels, classes };
constexpr auto choice_names(Balance) {
  return std::to_array<std::string_view>({"voxels", "classes"});
}
// Where the other patches lie: anywhere on the case, or about a background voxel.
enum class Others { anywhere, background };
constexpr auto choice_names(Others) {
  return std::to_array<std::string_view>({"anywhere", "background"});
}

struct LoaderOptions {
  int batch_size = 8;
  int threads = 1;  // loading threads beside the training thread; 0 loads in the training thread
  std::optional<std::array<int, 3>> patch;  // x, y, z; none: whole slices
  int patches_per_case = 1;                 // one after the other
  int samples_per_epoch = 0;                // 0: every slice once, or patches_per_case of each case
  double foreground_share = 0.0;  // of the samples, drawn from foreground; the rest from `others`
  Balance balance = Balance::voxels;
  Others others = Others::anywhere;
};
void describe(Fields& f, LoaderOptions& o);

// The part of an epoch that one of several processes loads; together they load what one alone
// would. Of training its rows of every batch; of evaluation whole batches in turn.
struct LoaderShare {
  int rank = 0, size = 1;
};

struct Batch {
  at::Tensor image;                // [N,C,(D,)H,W] float32; no D where patches are slices
  at::Tensor label;                // [N,(D,)H,W] int64; kIgnoredVoxel where ignored
  std::vector<std::string> names;  // "case z=12" or "case from (8, 0, 16)", for messages
};

// Training (augment != nullptr): samples in an order given by (seed, epoch), each slice once, or
// draws; the last batch is filled up from the start of the order so that batch shapes are fixed.
// Evaluation (augment == nullptr): every slice once, or patches side by side until they cover each
// case, in order; the last batch is short.
class Loader {
 public:
  // `pinned`: batches lie where a GPU copies from while the program goes on; only where one is.
  // Throws Error(bad_data) when there are no samples, a case has no label or slices differ in size
  // or channels; Error(bad_usage) when a batch has fewer rows than there are processes.
  Loader(std::vector<CachedCase> cases, Slices slices, const LoaderOptions& options,
         const AugmentOptions* augment, std::uint64_t seed, LoaderShare share = {},
         bool pinned = false);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  void start_epoch(std::int64_t epoch);  // may be called before the epoch at work has ended
  // False at the end of the epoch. An error while a sample is read or augmented is thrown here, in
  // the batch that it belongs to, naming case, place and transform.
  bool next(Batch& batch);
  [[nodiscard]] std::int64_t samples_per_epoch() const;  // before the last batch is filled up
  [[nodiscard]] std::int64_t batches_per_epoch() const;  // of all processes together

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace myoseg
