#include "models/blocks/forward_recorder.h"

#include <algorithm>

namespace myoseg {
namespace {

thread_local ForwardRecorder* running_recorder = nullptr;

std::int64_t bytes_of(const at::Tensor& x) {
  return static_cast<std::int64_t>(x.storage().nbytes());
}

}  // namespace

void ForwardRecorder::add(Kept& kept, const at::Tensor& x) {
  kept.try_emplace(x.storage().unsafeGetStorageImpl(),
                   Memory{x.storage().getWeakStorageImpl(), bytes_of(x)});
}

std::int64_t ForwardRecorder::sum_of(const Kept& kept) {
  std::int64_t bytes = 0;
  for (const auto& [address, memory] : kept) bytes += memory.bytes;
  return bytes;
}

ForwardRecorder::ForwardRecorder() { running_recorder = this; }
ForwardRecorder::~ForwardRecorder() { running_recorder = nullptr; }
ForwardRecorder* ForwardRecorder::running() { return running_recorder; }

void ForwardRecorder::keeps(const at::Tensor& x) {
  add(kept_, x);
  add(in_block_ ? kept_in_block_ : kept_between_blocks_, x);
}

void ForwardRecorder::begin_block(const std::vector<at::Tensor>& inputs) {
  for (const auto& x : inputs) add(kept_between_blocks_, x);
  in_block_ = true;
}

void ForwardRecorder::end_block() {
  in_block_ = false;
  std::int64_t bytes = 0;
  for (const auto& [address, memory] : kept_in_block_)
    if (!kept_between_blocks_.contains(address)) bytes += memory.bytes;
  largest_block_bytes_ = std::max(largest_block_bytes_, bytes);
  kept_in_block_.clear();
}

std::int64_t ForwardRecorder::kept_bytes() const { return sum_of(kept_); }

std::int64_t ForwardRecorder::largest_kept_bytes() const {
  std::int64_t largest = 0;
  for (const auto& [address, memory] : kept_) largest = std::max(largest, memory.bytes);
  return largest;
}

std::int64_t ForwardRecorder::kept_between_blocks_bytes() const {
  return sum_of(kept_between_blocks_);
}

}  // namespace myoseg
