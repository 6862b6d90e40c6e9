#include "models/runtime/large_blocks.h"

#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include "models/runtime/kept_memory.h"
#include "models/runtime/torch_compat.h"

namespace myoseg {

#ifdef __linux__
namespace {

// Lives as long as the process: tensors that are freed at its end come back too.
KeptMemory& blocks() {
  static auto* const all = new KeptMemory;
  return *all;
}

// Of a block of any size: LibTorch's convolutions free what they asked for by its address alone.
void free_any(void* data) {
  if (data == nullptr) return;
  if (!blocks().put_back(data)) return c10::GetDefaultCPUAllocator()->raw_deallocate(data);
  c10::profiledCPUMemoryReporter().Delete(data);
}

class LargeBlocks final : public compat::CpuAllocator {
 public:
  [[nodiscard]] c10::DeleterFnPtr raw_deleter() const override { return &free_any; }

 private:
  [[nodiscard]] c10::DataPtr block(std::size_t bytes) const override {
    if (bytes < kLargeBlock) return c10::GetDefaultCPUAllocator()->allocate(bytes);
    void* data = blocks().take(bytes);
    TORCH_CHECK(data != nullptr, "not enough memory: ", bytes, " bytes were asked for");
    c10::profiledCPUMemoryReporter().New(data, bytes);
    return {data, data, &free_any, c10::Device(c10::DeviceType::CPU)};
  }
};

}  // namespace

void keep_large_blocks() {
  static LargeBlocks* const allocator = [] {
    auto* const made = new LargeBlocks;
    c10::SetCPUAllocator(made);
    return made;
  }();
  static_cast<void>(allocator);
}
#else
void keep_large_blocks() {}
#endif

}  // namespace myoseg
