#include "models/runtime/large_blocks.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>

#include "models/runtime/tensor_memory.h"

namespace myoseg {
namespace {

constexpr std::int64_t kMib = std::int64_t{1} << 20;

at::Tensor filled(std::int64_t mib) { return at::full({mib * kMib}, 7, at::kByte); }

std::int64_t resident_mib() {
  std::ifstream file("/proc/self/statm");
  std::int64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * 4096 / kMib;
}

TEST(LargeBlocks, MemoryThatIsFreedIsTakenAgain) {
  keep_large_blocks();
  at::Tensor a = filled(40);
  const void* const place = a.data_ptr();
  a = at::Tensor();
  const at::Tensor smaller = filled(37);  // a part of it
  EXPECT_EQ(smaller.data_ptr(), place);
  const at::Tensor small = filled(17);
  EXPECT_NE(small.data_ptr(), place);
  EXPECT_EQ(small.sum().item<std::int64_t>(), 7 * 17 * kMib);
}

TEST(LargeBlocks, TakesNoMoreThanWhatWasInUseAtOnce) {
  keep_large_blocks();
  const std::int64_t before = resident_mib();
  // Of sizes that do not fit one another: no more is held than the largest took.
  for (const std::int64_t mib : {100, 64, 40, 25, 120, 33, 50, 80}) (void)filled(mib);
  EXPECT_LT(resident_mib() - before, 150);
}

TEST(LargeBlocks, AreCountedAsTensorsMemory) {
  keep_large_blocks();
  const TensorMemory memory;
  { const at::Tensor a = filled(20); }
  EXPECT_EQ(memory.peak_bytes(), 20 * kMib);
  EXPECT_EQ(memory.held_bytes(), 0);
}

}  // namespace
}  // namespace myoseg
