#include "models/blocks/forward_recorder.h"

#include <algorithm>

namespace myoseg {
namespace {

thread_local ForwardRecorder* running_recorder = nullptr;

std::int64_t bytes_of(const at::Tensor& x) {
  return static_cast<std::int64_t>(x.storage().nbytes());
}

std::int64_t sum_of(const std::map<const void*, at::Tensor>& kept) {
  std::int64_t bytes = 0;
  for (const auto& [address, x] : kept) bytes += bytes_of(x);
  return bytes;
}

}  // namespace

ForwardRecorder::ForwardRecorder() { running_recorder = this; }
ForwardRecorder::~ForwardRecorder() { running_recorder = nullptr; }
ForwardRecorder* ForwardRecorder::running() { return running_recorder; }

void ForwardRecorder::keeps(const at::Tensor& x) {
  kept_.emplace(x.storage().data(), x);
  (in_block_ ? kept_in_block_ : kept_between_blocks_).emplace(x.storage().data(), x);
}

void ForwardRecorder::begin_block(const std::vector<at::Tensor>& inputs) {
  for (const auto& x : inputs) kept_between_blocks_.emplace(x.storage().data(), x);
  in_block_ = true;
}

void ForwardRecorder::end_block() {
  in_block_ = false;
  std::int64_t bytes = 0;
  for (const auto& [address, x] : kept_in_block_)
    if (!kept_between_blocks_.contains(address)) bytes += bytes_of(x);
  largest_block_bytes_ = std::max(largest_block_bytes_, bytes);
  kept_in_block_.clear();
}

std::int64_t ForwardRecorder::kept_bytes() const { return sum_of(kept_); }

std::int64_t ForwardRecorder::kept_between_blocks_bytes() const {
  return sum_of(kept_between_blocks_);
}

}  // namespace myoseg
