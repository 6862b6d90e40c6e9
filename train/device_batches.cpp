#include "train/device_batches.h"

#include <chrono>
#include <utility>

namespace myoseg {

void DeviceBatches::start_epoch(std::int64_t epoch, std::int64_t skipped) {
  fetched_ = false;
  ahead_.reset();
  error_ = nullptr;
  waited_ = 0;
  loader_.start_epoch(epoch);
  Batch batch;
  for (std::int64_t i = 0; i < skipped; ++i) loader_.next(batch);
}

void DeviceBatches::prefetch() {
  using Clock = std::chrono::steady_clock;
  if (fetched_) return;
  fetched_ = true;
  const Clock::time_point asked = Clock::now();
  try {
    Batch batch;
    if (loader_.next(batch)) ahead_ = std::move(batch);
  } catch (...) {
    error_ = std::current_exception();  // of the batch that next() will be asked for
  }
  waited_ += std::chrono::duration<double>(Clock::now() - asked).count();
  if (!ahead_) return;
  ahead_->image = stream_.copy(ahead_->image);
  ahead_->label = stream_.copy(ahead_->label);
}

bool DeviceBatches::next(Batch& batch) {
  prefetch();
  fetched_ = false;
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  if (!ahead_) return false;
  batch = std::move(*ahead_);
  ahead_.reset();
  stream_.join();
  return true;
}

}  // namespace myoseg
