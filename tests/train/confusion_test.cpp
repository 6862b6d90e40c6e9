#include "train/confusion.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace myoseg {
namespace {

// By ATen, voxel by voxel.
std::vector<std::int64_t> expected(const at::Tensor& logits, const at::Tensor& label, int classes) {
  const at::Tensor answer =
      logits.size(1) == 1 ? logits.select(1, 0).gt(0).to(at::kLong) : logits.argmax(1);
  const at::Tensor counts =
      at::bincount((label * classes + answer).flatten(), {}, std::int64_t{classes} * classes);
  return {counts.data_ptr<std::int64_t>(), counts.data_ptr<std::int64_t>() + counts.numel()};
}

TEST(Confusion, CountsAsArgMaxAndBinCount) {
  at::manual_seed(1);
  for (const std::int64_t channels : {1, 2, 5, 30}) {
    const int classes = std::max(2, static_cast<int>(channels));
    const at::Tensor logits =
        at::randn({2, channels, 7, 31, 53});  // more than a chunk, no multiple
    const at::Tensor label = at::randint(classes, {2, 7, 31, 53}, at::kLong);
    for (const auto format : {at::MemoryFormat::Contiguous, at::MemoryFormat::ChannelsLast3d}) {
      std::vector<std::int64_t> counts;
      ASSERT_TRUE(count_answers(logits.contiguous(format), label, classes, counts));
      EXPECT_EQ(counts, expected(logits, label, classes)) << channels << " channels";
    }
  }
}

TEST(Confusion, AddsToWhatIsThere) {
  const at::Tensor logits = at::tensor({0.F, 1.F, 2.F, 1.F}).view({1, 2, 1, 2});
  const at::Tensor label = at::tensor({0, 1}, at::kLong).view({1, 1, 2});
  std::vector<std::int64_t> counts;
  ASSERT_TRUE(count_answers(logits, label, 2, counts));
  ASSERT_TRUE(count_answers(logits, label, 2, counts));
  // Voxel 0: logits 0 and 2, labelled 0. Voxel 1: equal logits, so class 0, labelled 1.
  EXPECT_EQ(counts, (std::vector<std::int64_t>{0, 2, 2, 0}));
}

TEST(Confusion, LeavesIgnoredVoxelsOut) {
  at::manual_seed(2);
  const at::Tensor logits = at::randn({2, 3, 31, 53});
  const at::Tensor label = at::randint(-1, 3, {2, 31, 53}, at::kLong);
  // Counted as a fourth class, whose row is then dropped.
  const at::Tensor marked = label.masked_fill(label.eq(-1), 3);
  std::vector<std::int64_t> counts, wanted;
  ASSERT_TRUE(count_answers(logits, label, 3, counts));
  const std::vector<std::int64_t> all = expected(logits, marked, 4);
  for (std::size_t row = 0; row < 3; ++row)
    wanted.insert(wanted.end(), all.begin() + 4 * row, all.begin() + 4 * row + 3);
  EXPECT_EQ(counts, wanted);
}

TEST(Confusion, SaysThatALabelIsNoClass) {
  const at::Tensor logits = at::zeros({1, 2, 1, 2});
  std::vector<std::int64_t> counts;
  EXPECT_FALSE(count_answers(logits, at::tensor({0, 2}, at::kLong).view({1, 1, 2}), 2, counts));
}

}  // namespace
}  // namespace myoseg
