#include "models/blocks/forward_recorder.h"

namespace myoseg {
namespace {
thread_local ForwardRecorder* running_recorder = nullptr;
}

ForwardRecorder::ForwardRecorder() { running_recorder = this; }
ForwardRecorder::~ForwardRecorder() { running_recorder = nullptr; }
ForwardRecorder* ForwardRecorder::running() { return running_recorder; }

void ForwardRecorder::keeps(const at::Tensor& x) { kept_.emplace(x.storage().data(), x); }

std::int64_t ForwardRecorder::kept_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& [address, x] : kept_) bytes += static_cast<std::int64_t>(x.storage().nbytes());
  return bytes;
}

}  // namespace myoseg
