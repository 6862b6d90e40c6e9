#include "models/runtime/large_blocks.h"

#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <cstdint>

#include "models/runtime/torch_compat.h"

#ifdef __linux__
#include <sys/mman.h>

#include <algorithm>
#include <list>
#include <mutex>
#include <unordered_map>
#endif

namespace myoseg {

#ifdef __linux__
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

struct Block {
  std::byte* data;
  std::size_t bytes;  // whole huge pages
};

Block map_block(std::size_t bytes) {
  // One huge page more, for a beginning on one.
  void* place =
      mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED) return {};
  auto* begin = static_cast<std::byte*>(place);
  const std::size_t before =
      (kHugePage - reinterpret_cast<std::uintptr_t>(begin) % kHugePage) % kHugePage;
  if (before > 0) munmap(begin, before);
  if (before < kHugePage) munmap(begin + before + bytes, kHugePage - before);
  madvise(begin + before, bytes, MADV_HUGEPAGE);
  return {begin + before, bytes};
}

class Blocks {
 public:
  std::byte* take(std::size_t asked) {
    const std::size_t bytes = (asked + kHugePage - 1) / kHugePage * kHugePage;
    const std::lock_guard lock(mutex_);
    Block block = take_kept(bytes);
    if (block.data == nullptr) {
      give_up(std::max(most_used_, used_ + bytes) - used_ - bytes);
      block = map_block(bytes);
    }
    if (block.data == nullptr) {
      give_up(0);
      block = map_block(bytes);
    }
    if (block.data == nullptr) return nullptr;
    in_use_.emplace(block.data, block.bytes);
    used_ += block.bytes;
    most_used_ = std::max(most_used_, used_);
    return block.data;
  }

  // False where it is no block of take().
  bool put_back(void* data) {
    if (reinterpret_cast<std::uintptr_t>(data) % kHugePage != 0) return false;
    const std::lock_guard lock(mutex_);
    const auto found = in_use_.find(data);
    if (found == in_use_.end()) return false;
    used_ -= found->second;
    kept_bytes_ += found->second;
    kept_.push_back({static_cast<std::byte*>(data), found->second});
    in_use_.erase(found);
    return true;
  }

 private:
  // The smallest that is large enough, of those that are an eighth too large at most.
  Block take_kept(std::size_t bytes) {
    auto best = kept_.end();
    for (auto at = kept_.begin(); at != kept_.end(); ++at)
      if (at->bytes >= bytes && at->bytes <= bytes + bytes / 8 &&
          (best == kept_.end() || at->bytes <= best->bytes))
        best = at;
    if (best == kept_.end()) return {};
    const Block block = *best;
    kept_.erase(best);
    kept_bytes_ -= block.bytes;
    return block;
  }

  // Until no more than `most` bytes are kept; those first that were freed first.
  void give_up(std::size_t most) {
    while (kept_bytes_ > most) {
      munmap(kept_.front().data, kept_.front().bytes);
      kept_bytes_ -= kept_.front().bytes;
      kept_.pop_front();
    }
  }

  std::mutex mutex_;
  std::list<Block> kept_;
  std::unordered_map<void*, std::size_t> in_use_;  // bytes of each
  std::size_t kept_bytes_ = 0, used_ = 0, most_used_ = 0;
};

// Lives as long as the process: tensors that are freed at its end come back too.
Blocks& blocks() {
  static auto* const all = new Blocks;
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
