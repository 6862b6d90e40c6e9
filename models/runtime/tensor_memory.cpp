#include "models/runtime/tensor_memory.h"

#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>

#include "models/runtime/torch_compat.h"

namespace myoseg {
namespace {

// What LibTorch's profiler listens with.
class Counter final : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void* /*address*/, std::int64_t bytes, compat::ReportedTotal,
                         compat::ReportedTotal, c10::Device) override {
    held_ += bytes;  // negative where memory is freed
    peak_ = std::max(peak_, held_);
  }
  [[nodiscard]] bool memoryProfilingEnabled() const override { return true; }
  [[nodiscard]] std::int64_t held() const { return held_; }
  [[nodiscard]] std::int64_t peak() const { return peak_; }

 private:
  std::int64_t held_ = 0, peak_ = 0;
};

}  // namespace

struct TensorMemory::State {
  std::shared_ptr<Counter> counter = std::make_shared<Counter>();
  c10::DebugInfoGuard guard{c10::DebugInfoKind::PROFILER_STATE, counter};
};

TensorMemory::TensorMemory() : state_(std::make_unique<State>()) {}
TensorMemory::~TensorMemory() = default;
std::int64_t TensorMemory::held_bytes() const { return state_->counter->held(); }
std::int64_t TensorMemory::peak_bytes() const { return state_->counter->peak(); }

}  // namespace myoseg
