#include "data/load/loader.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "core/error.h"
#include "data/load/loader_plan.h"

namespace myoseg {
namespace {

// A batch under construction.
struct Pending {
  Batch batch;
  std::int64_t missing = 0;  // samples not yet there
  std::int64_t failed = -1;  // lowest position that failed
  std::exception_ptr error;
};

}  // namespace

// Positions 0..total-1 of this process' part of an epoch are handed out one by one to whoever has
// time; position p goes to row p % rows of batch p / rows, so neither content nor order depends on
// threads. At most kAhead batches are at work.
struct Loader::State {
  static constexpr std::int64_t kAhead = 3;

  State(std::vector<CachedCase> of, Slices slices, const LoaderOptions& o,
        const AugmentOptions* augment, std::uint64_t s, LoaderShare part, bool in_pinned)
      : cases(std::move(of)),
        options(o),
        plan(cases, slices, options, augment != nullptr),
        seed(s),
        share(part),
        pinned(in_pinned),
        rows(options.batch_size) {
    if (augment == nullptr) return;
    augmentation = *augment;
    first_row = rows * share.rank / share.size;
    rows = rows * (share.rank + 1) / share.size - first_row;
    if (rows == 0)
      throw usage_error(
          "loader.batch_size={} is less than the {} processes that train together; "
          "each needs a sample of every batch",
          options.batch_size, share.size);
  }

  const std::vector<CachedCase> cases;
  const LoaderOptions options;
  const SamplePlan plan;
  std::optional<AugmentOptions> augmentation;
  const std::uint64_t seed;
  const LoaderShare share;
  const bool pinned;
  std::int64_t first_row = 0;  // of this process in every batch of training
  std::int64_t rows;           // of this process in a batch

  std::int64_t epoch = 0, total = 0;
  std::vector<SampleRef> order;

  std::mutex mutex;  // guards what follows
  std::condition_variable work, done;
  std::int64_t handed_out = 0,
               taken = 0;  // positions given to threads, batches given to the caller
  int busy = 0;            // samples being loaded
  bool stop = false;
  std::vector<Pending> slots{static_cast<std::size_t>(kAhead)};
  std::vector<std::thread> threads;

  ~State() {
    {
      const std::lock_guard lock(mutex);
      stop = true;
    }
    work.notify_all();
    for (auto& thread : threads) thread.join();
  }

  [[nodiscard]] std::int64_t rows_of(std::int64_t batch) const {
    return std::min<std::int64_t>(rows, total - batch * rows);
  }

  [[nodiscard]] bool has_work() const {
    return handed_out < std::min(total, (taken + kAhead) * rows);
  }

  // The place in the whole epoch of one in this process' part.
  [[nodiscard]] std::int64_t in_epoch(std::int64_t position) const {
    const std::int64_t batch = position / rows, row = position % rows;
    const std::int64_t of_all = augmentation ? batch : batch * share.size + share.rank;
    return of_all * options.batch_size + first_row + row;
  }

  // How many of the epoch's places are this process'.
  [[nodiscard]] std::int64_t part_of(std::int64_t batches) const {
    if (augmentation) return batches * rows;
    const auto samples = static_cast<std::int64_t>(order.size());
    std::int64_t part = 0;
    for (std::int64_t batch = share.rank; batch < batches; batch += share.size)
      part += std::min(rows, samples - batch * rows);
    return part;
  }

  // Of an image or label: `leading` axes, then the patch's, slowest first; a slice has two.
  [[nodiscard]] std::vector<std::int64_t> shape(std::vector<std::int64_t> leading) const {
    const auto& [x, y, z] = plan.patch();
    if (z > 1) leading.push_back(z);
    leading.insert(leading.end(), {y, x});
    return leading;
  }

  void prepare(Pending& slot, std::int64_t batch) const {
    const std::int64_t count = rows_of(batch);
    slot = {};
    slot.missing = count;
    slot.batch.image = at::empty(shape({count, cases.front().channels()}),
                                 at::TensorOptions(at::kFloat).pinned_memory(pinned));
    slot.batch.label =
        at::empty(shape({count}), at::TensorOptions(at::kLong).pinned_memory(pinned));
    slot.batch.names.resize(static_cast<std::size_t>(count));
  }

  [[nodiscard]] std::string name_of(const SampleRef& sample) const {
    const auto& [x, y, z] = sample.start;
    const std::string& id = cases[sample.case_index].id();
    return options.patch ? fmt::format("{} from ({}, {}, {})", id, x, y, z)
                         : fmt::format("{} z={}", id, z);
  }

  // Fills row `place % rows` of the batch; touches nothing else of it.
  void load(Batch& batch, std::int64_t place) const {
    const std::int64_t position = in_epoch(place);
    const SampleRef& sample = order[static_cast<std::size_t>(position) % order.size()];
    const CachedCase& one = cases[sample.case_index];
    const auto row = static_cast<std::size_t>(place % rows);
    std::string& name = batch.names[row];
    name = name_of(sample);
    try {
      const auto& [width, height, depth] = plan.patch();
      const auto voxels = static_cast<std::size_t>(width * height * depth);
      const std::size_t values = voxels * static_cast<std::size_t>(one.channels());
      const std::span<float> image(batch.image.data_ptr<float>() + row * values, values);
      std::vector<std::uint8_t> label(voxels);
      one.copy_patch(sample.start, plan.patch(), image, label);
      if (augmentation)
        augment({image, label, one.channels(), static_cast<int>(depth), static_cast<int>(height),
                 static_cast<int>(width), one.prepared().spacing},
                *augmentation,
                Random(seed, "augment",
                       {static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(position)}));
      std::int64_t* to = batch.label.data_ptr<std::int64_t>() + row * voxels;
      std::copy(label.begin(), label.end(), to);
      if (const auto& ignored = one.ignored())
        std::replace(to, to + voxels, std::int64_t{*ignored}, kIgnoredVoxel);
    } catch (const Error& e) {
      throw Error(e.code(), fmt::format("{}: {}", name, e.what()));
    } catch (const std::exception& e) {
      throw failure("{}: it could not be loaded: {}", name, e.what());
    }
  }

  // Takes the next position and loads it; `lock` is held on entry and on return.
  void load_next(std::unique_lock<std::mutex>& lock) {
    const std::int64_t position = handed_out++;
    const std::int64_t batch = position / rows;
    Pending& slot = slots[static_cast<std::size_t>(batch % kAhead)];
    std::exception_ptr error;
    ++busy;
    try {
      if (position % rows == 0) prepare(slot, batch);
      lock.unlock();
      load(slot.batch, position);
    } catch (...) {
      error = std::current_exception();
    }
    if (!lock.owns_lock()) lock.lock();
    --busy;
    --slot.missing;
    if (error && (slot.failed < 0 || position < slot.failed)) {
      slot.failed = position;
      slot.error = error;
    }
    if (slot.missing == 0 || busy == 0) done.notify_all();
  }

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      work.wait(lock, [&] { return stop || has_work(); });
      if (stop) return;
      load_next(lock);
    }
  }
};

Loader::Loader(std::vector<CachedCase> cases, Slices slices, const LoaderOptions& options,
               const AugmentOptions* augment, std::uint64_t seed, LoaderShare share, bool pinned)
    : state_(std::make_unique<State>(std::move(cases), slices, options, augment, seed, share,
                                     pinned)) {
  State& s = *state_;
  for (int t = 0; t < options.threads; ++t) s.threads.emplace_back([&s] { s.run(); });
}

Loader::~Loader() = default;

std::int64_t Loader::samples_per_epoch() const {
  return static_cast<std::int64_t>(state_->plan.size());
}

std::int64_t Loader::batches_per_epoch() const {
  const std::int64_t size = state_->options.batch_size;
  return (samples_per_epoch() + size - 1) / size;
}

void Loader::start_epoch(std::int64_t epoch) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  s.handed_out = s.total;  // nothing more of the epoch at work
  s.done.wait(lock, [&] { return s.busy == 0; });
  s.epoch = epoch;
  s.order = s.plan.epoch(s.seed, epoch);
  s.total = s.part_of(batches_per_epoch());
  s.handed_out = s.taken = 0;
  lock.unlock();
  s.work.notify_all();
}

bool Loader::next(Batch& batch) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  if (s.taken * s.rows >= s.total) return false;
  const std::int64_t end = std::min(s.total, (s.taken + 1) * s.rows);
  Pending& slot = s.slots[static_cast<std::size_t>(s.taken % State::kAhead)];
  if (s.threads.empty())
    while (s.handed_out < end) s.load_next(lock);
  s.done.wait(lock, [&] { return s.handed_out >= end && slot.missing == 0; });
  if (slot.error) std::rethrow_exception(slot.error);
  batch = std::move(slot.batch);
  ++s.taken;
  lock.unlock();
  s.work.notify_all();
  return true;
}

}  // namespace myoseg
