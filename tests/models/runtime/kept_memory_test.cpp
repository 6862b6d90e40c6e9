#include "models/runtime/kept_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#ifdef __linux__
namespace myoseg {
namespace {

constexpr std::size_t kPage = KeptMemory::kPage;

TEST(KeptMemory, IsGivenOutInPartsAndJoinedAgain) {
  KeptMemory memory;
  std::byte* const whole = memory.take(8 * kPage);
  memory.put_back(whole);
  std::byte* const first = memory.take(3 * kPage);
  std::byte* const second = memory.take(5 * kPage);
  EXPECT_EQ(first, whole);
  EXPECT_EQ(second, whole + 3 * kPage);
  memory.put_back(first);
  memory.put_back(second);
  EXPECT_EQ(memory.take(8 * kPage), whole);
  EXPECT_EQ(memory.held(), 8 * kPage);
}

TEST(KeptMemory, AsksTheSystemForWhatIsMissing) {
  KeptMemory memory;
  std::byte* const small = memory.take(6 * kPage);
  small[0] = std::byte{1};
  memory.put_back(small);
  std::byte* const large = memory.take(8 * kPage);
  EXPECT_EQ(memory.held(), 8 * kPage);
  EXPECT_TRUE(large == small || large == small - 2 * kPage);
  large[8 * kPage - 1] = std::byte{2};
  EXPECT_EQ(*small, std::byte{1});
}

TEST(KeptMemory, KnowsItsOwnBlocks) {
  KeptMemory memory;
  std::byte* const block = memory.take(1);
  std::byte other{};
  EXPECT_FALSE(memory.put_back(&other));
  EXPECT_TRUE(memory.put_back(block));
  EXPECT_FALSE(memory.put_back(block));
  EXPECT_EQ(memory.used(), 0U);
}

TEST(KeptMemory, BlocksAreApartAndNoMoreIsHeldThanWasInUseAtOnce) {
  KeptMemory memory;
  std::mt19937 random(1);
  std::vector<std::pair<std::byte*, std::size_t>> blocks;
  std::size_t most = 0;
  for (int i = 0; i < 4000; ++i) {
    if (!blocks.empty() && (random() % 2 == 0 || blocks.size() > 12)) {
      std::swap(blocks[random() % blocks.size()], blocks.back());
      ASSERT_TRUE(memory.put_back(blocks.back().first));
      blocks.pop_back();
    } else {
      const std::size_t bytes = (1 + random() % 20) * kPage;
      std::byte* const data = memory.take(bytes);
      ASSERT_NE(data, nullptr);
      for (const auto& [other, size] : blocks)
        ASSERT_TRUE(data + bytes <= other || other + size <= data);
      blocks.emplace_back(data, bytes);
    }
    most = std::max(most, memory.used());
    ASSERT_LE(memory.held(), most);
  }
}

}  // namespace
}  // namespace myoseg
#endif
