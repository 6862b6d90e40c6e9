#include "train/validation.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "tests/data/load/case_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using testing::TemporaryFolder;

// The image holds the class that the network is to answer.
class Echo final : public Network {
 public:
  explicit Echo(int channels) : channels_(channels) {}
  at::Tensor forward(at::Tensor x) override {
    if (channels_ == 1) return x - 0.5;
    std::vector<at::Tensor> logits;
    for (int c = 0; c < channels_; ++c) logits.push_back(-(x - c).abs());
    return at::cat(logits, 1);
  }

 private:
  int channels_;
};

class MeanImageLoss final : public Loss {
 public:
  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    EXPECT_EQ(logits.scalar_type(), at::kFloat);
    return labels.to(at::kFloat).mean();
  }
};

constexpr std::int64_t kWidth = 8, kHeight = 6;

// Slices in each of which row y has the label labels[z][y] and the answer answers[z][y].
CachedCase case_of(const TemporaryFolder& folder, const std::string& id,
                   const std::vector<std::array<int, kHeight>>& labels,
                   const std::vector<std::array<int, kHeight>>& answers) {
  Prepared p = testing::prepared_case(1, static_cast<std::int64_t>(labels.size()), kWidth, kHeight);
  for (std::size_t z = 0; z < labels.size(); ++z)
    for (std::int64_t i = 0; i < kHeight * kWidth; ++i) {
      const std::size_t voxel = z * kHeight * kWidth + static_cast<std::size_t>(i);
      p.label.voxels[voxel] =
          static_cast<std::uint8_t>(labels[z][static_cast<std::size_t>(i / kWidth)]);
      p.image.voxels[voxel] = static_cast<float>(answers[z][static_cast<std::size_t>(i / kWidth)]);
    }
  return testing::write_case(folder.path(), id, p);
}

std::optional<Validation> run(Network& network, const CachedCase& one,
                              const std::function<bool()>& stop) {
  LoaderOptions options;
  options.batch_size = 2;
  Loader loader({one}, Slices::all, options, nullptr, 1);
  return validate(network, MeanImageLoss(), loader, {at::kCPU, Precision::fp32, true}, stop);
}

TEST(Validation, DiceOfCountsByHand) {
  //                               predicted 0  1  2  3
  const std::vector<std::int64_t> counts = {50, 4, 0, 0,   // labelled 0
                                            2,  8, 1, 0,   // labelled 1
                                            3,  0, 0, 0,   // labelled 2
                                            0,  0, 0, 0};  // labelled 3
  const std::vector<double> dice = dice_of_counts(counts, 4);
  ASSERT_EQ(dice.size(), 3u);
  EXPECT_DOUBLE_EQ(dice[0], 16.0 / 23);
  EXPECT_EQ(dice[1], 0);
  EXPECT_TRUE(std::isnan(dice[2]));
}

TEST(Validation, PoolsSlicesBeforeTheRatio) {
  const TemporaryFolder folder;
  // Rows of class 1: labelled 4, answered 3, both 2. Of class 2: 1, 3, 1. Class 3 is nowhere.
  const CachedCase one =
      case_of(folder, "a", {{0, 1, 1, 0, 0, 2}, {1, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0}},
              {{0, 1, 1, 1, 2, 2}, {0, 0, 0, 0, 0, 0}, {2, 0, 0, 0, 0, 0}});
  Echo network(4);
  const auto result = run(network, one, [] { return false; });
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(result->class_dice[0], 4.0 / 7);
  EXPECT_DOUBLE_EQ(result->class_dice[1], 2.0 / 4);
  EXPECT_TRUE(std::isnan(result->class_dice[2]));
  EXPECT_DOUBLE_EQ(result->score, (4.0 / 7 + 2.0 / 4) / 2);
  EXPECT_NEAR(result->loss, (4.0 / 6 + 1.0 / 6 + 1.0 / 6) / 3,
              1e-7);  // the last batch has one slice
  EXPECT_FALSE(network.is_training());
}

TEST(Validation, OneChannelMeansTwoClasses) {
  const TemporaryFolder folder;
  const CachedCase one = case_of(folder, "a", {{0, 1, 1, 0, 0, 1}}, {{0, 1, 1, 1, 1, 0}});
  Echo network(1);
  const auto result = run(network, one, [] { return false; });
  ASSERT_TRUE(result);
  ASSERT_EQ(result->class_dice.size(), 1u);
  EXPECT_DOUBLE_EQ(result->score, 4.0 / 7);
}

TEST(Validation, StopsBetweenBatches) {
  const TemporaryFolder folder;
  const CachedCase one = case_of(folder, "a", {{1, 1, 1, 0, 0, 1}, {}, {}}, {{}, {}, {}});
  Echo network(2);
  int asked = 0;
  EXPECT_FALSE(run(network, one, [&] { return ++asked == 2; }));
  EXPECT_EQ(asked, 2);
}

TEST(Validation, NothingToScoreIsAnError) {
  const TemporaryFolder folder;
  const CachedCase empty = case_of(folder, "a", {{}, {}}, {{1}, {}});
  const CachedCase above = case_of(folder, "b", {{1, 2}}, {{1}});
  Echo network(2);
  for (const CachedCase& one : {empty, above}) {
    try {
      run(network, one, [] { return false; });
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
    }
  }
}

TEST(Validation, NamesAreShortened) {
  EXPECT_EQ(some_of({"a z=1", "b z=2"}), "a z=1, b z=2");
  EXPECT_EQ(some_of(std::vector<std::string>(10, "x")), "x, x, x, x, x, x, x, x and 2 more");
}

}  // namespace
}  // namespace myoseg
