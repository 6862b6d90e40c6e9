#include "train/optimizers/passes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace myoseg {
namespace {

TEST(ElementPasses, EveryElementOnceWhateverTheSizes) {
  const std::vector<std::int64_t> sizes = {1, 0, ElementPasses::kBlock,
                                           3 * ElementPasses::kBlock + 17, 5};
  std::vector<std::vector<int>> visits;
  for (const std::int64_t n : sizes) visits.emplace_back(n, 0);
  ElementPasses passes;
  for (std::vector<int>& of : visits)
    passes.add(std::ssize(of), [&of](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) ++of[static_cast<std::size_t>(i)];
    });
  passes.run();
  for (const std::vector<int>& of : visits)
    EXPECT_EQ(std::count(of.begin(), of.end(), 1), std::ssize(of));
}

}  // namespace
}  // namespace myoseg
