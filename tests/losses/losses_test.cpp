// What every loss in the table must do, and the kernels against plain ATen.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/error.h"
#include "losses/voxels/falling_order.h"
#include "losses/voxels/focal_sums.h"
#include "losses/voxels/sums.h"
#include "tests/losses/loss_fixture.h"

namespace myoseg {
namespace {

using testing::random_labels;
using testing::random_logits;

at::Tensor certain_logits(const at::Tensor& labels, std::int64_t channels, double certainty) {
  if (channels == 1) return (labels.unsqueeze(1) * 2 - 1).to(at::kDouble) * certainty;
  at::Tensor logits =
      at::full({labels.size(0), channels, labels.size(1), labels.size(2)}, -certainty, at::kDouble);
  return logits.scatter_(1, labels.unsqueeze(1), certainty);
}

class EveryLoss : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Loss> loss = Pick<LossEntry>(GetParam()).make();
};
INSTANTIATE_TEST_SUITE_P(Table, EveryLoss, ::testing::ValuesIn(names_of<LossEntry>()));

TEST_P(EveryLoss, IsNearZeroForThePerfectPredictionAndLargeForTheWorst) {
  for (const std::int64_t channels : {1, 4}) {
    const auto labels = random_labels({2, 9, 7}, channels == 1 ? 2 : channels);
    const double best = (*loss)(certain_logits(labels, channels, 40), labels).item<double>();
    const auto wrong = channels == 1 ? 1 - labels : (labels + 1).remainder(channels);
    const double worst = (*loss)(certain_logits(wrong, channels, 40), labels).item<double>();
    EXPECT_LT(best, worst);
    if (GetParam() == "boundary") continue;  // weighs distances, which have no bounds of their own
    EXPECT_NEAR(best, 0, 1e-6);
    EXPECT_GT(worst, 0.9);
  }
}

TEST_P(EveryLoss, GradientEqualsFiniteDifferences) {
  for (const std::int64_t channels : {1, 3}) {
    at::Tensor logits = random_logits({2, channels, 3, 4, 2}).requires_grad_(true);
    const auto labels = random_labels({2, 3, 4, 2}, channels == 1 ? 2 : channels);
    (*loss)(logits, labels).backward();
    const at::Tensor gradient = logits.grad().flatten();
    constexpr double kStep = 1e-6;
    for (std::int64_t i = 0; i < logits.numel(); i += 5) {
      const auto at_offset = [&](double offset) {
        at::Tensor moved = logits.detach().clone();
        moved.data_ptr<double>()[i] += offset;
        return (*loss)(moved, labels).item<double>();
      };
      EXPECT_NEAR(gradient[i].item<double>(), (at_offset(kStep) - at_offset(-kStep)) / (2 * kStep),
                  1e-8);
    }
  }
}

TEST_P(EveryLoss, StaysFiniteWhenClassesAreAbsent) {
  at::Tensor logits = random_logits({2, 5, 6, 6}, at::kFloat).requires_grad_(true);
  const at::Tensor value = (*loss)(logits, at::zeros({2, 6, 6}, at::kLong));
  value.backward();
  EXPECT_EQ(value.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::isfinite(value).item<bool>());
  EXPECT_TRUE(at::isfinite(logits.grad()).all().item<bool>());
}

TEST_P(EveryLoss, DoesNotDependOnThreadsLayoutOrHalfPrecision) {
  at::Tensor logits = random_logits({3, 4, 120, 110}, at::kFloat);
  const auto labels = random_labels({3, 120, 110}, 4);
  const auto run = [&](const at::Tensor& z, int threads) {
    const int before = at::get_num_threads();
    at::set_num_threads(threads);
    at::Tensor leaf = z.detach().clone(at::MemoryFormat::Preserve).requires_grad_(true);
    const at::Tensor value = (*loss)(leaf, labels);
    value.backward();
    at::set_num_threads(before);
    return std::pair(value.detach(), leaf.grad().contiguous());
  };
  const auto one = run(logits, 1);
  for (const auto& other :
       {run(logits, 2), run(logits.contiguous(at::MemoryFormat::ChannelsLast), 2)}) {
    EXPECT_TRUE(at::equal(one.first, other.first));
    EXPECT_TRUE(at::equal(one.second, other.second));
  }
  EXPECT_NEAR(run(logits.to(at::kBFloat16), 1).first.item<double>(), one.first.item<double>(),
              1e-2);
}

TEST_P(EveryLoss, NamesALabelThatIsNoClass) {
  auto labels = random_labels({1, 4, 4}, 3);
  labels[0][1][2] = 7;
  try {
    (void)(*loss)(random_logits({1, 3, 4, 4}), labels);
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::bad_data);
    EXPECT_NE(std::string(e.what()).find("holds 7"), std::string::npos) << e.what();
  }
  EXPECT_THROW((void)(*loss)(random_logits({1, 3, 4, 5}), labels), Error);
}

TEST(VoxelSums, KernelEqualsPlainOperations) {
  const auto labels = random_labels({2, 100, 97}, 4);
  for (const bool sigmoid : {false, true})
    for (const bool squared : {false, true})
      for (const double gamma : {0.0, 0.5, 2.0})
        for (const std::int64_t channels : {1, 4}) {
          SumsWanted wanted{.regions = RegionSumsOptions{sigmoid, squared}, .ignore_label = 1};
          const auto y = channels == 1 ? labels.remainder(2) : labels;
          if (!sigmoid) {
            std::vector<double> weights(
                static_cast<std::size_t>(std::max<std::int64_t>(2, channels)));
            for (std::size_t i = 0; i < weights.size(); ++i)
              weights[i] = 0.5 + static_cast<double>(i);
            wanted.cross_entropy = CrossEntropyOptions{weights, gamma == 0 ? 0.2 : 0.0, gamma};
          }
          const auto run = [&](auto function) {
            at::Tensor z = random_logits({2, channels, 100, 97}).requires_grad_(true);
            const VoxelSums s = function(z, y, wanted);
            at::Tensor value = (s.intersection / (s.prediction + s.truth + 1)).sum();
            std::vector<at::Tensor> all{s.intersection.flatten(), s.prediction.flatten(),
                                        s.truth.flatten()};
            if (!sigmoid) {
              value = value + 0.01 * s.cross_entropy / s.weight;
              all.push_back(at::stack({s.cross_entropy, s.weight, s.count}));
            }
            value.backward();
            all.push_back(z.grad().flatten());
            return at::cat(all);
          };
          EXPECT_TRUE(
              at::allclose(run(voxel_sums).detach(), run(voxel_sums_plain).detach(), 1e-12, 1e-14));
        }
}

TEST(FocalSums, KernelEqualsPlainOperations) {
  const auto labels = random_labels({2, 100, 97}, 4);
  for (const std::int64_t channels : {1, 4})
    for (const bool all_options : {false, true}) {
      FocalSumsOptions o{.gamma = 1.5, .ignored = 1};
      if (all_options) {
        o.alpha = 0.3;
        o.threshold = 0.4;
      }
      const auto y = channels == 1 ? labels.remainder(2) : labels;
      const auto run = [&](auto function) {
        at::Tensor z = random_logits({2, channels, 100, 97}).requires_grad_(true);
        const FocalSums s = function(z, y, o);
        (s.loss / s.focus).sum().backward();
        return at::cat({s.loss.flatten(), s.focus.flatten(), z.grad().flatten()});
      };
      EXPECT_TRUE(
          at::allclose(run(focal_sums).detach(), run(focal_sums_plain).detach(), 1e-12, 1e-14));
    }
}

TEST(FallingOrder, EqualsAtens) {
  const auto values = random_logits({40, 50}).flatten().abs();
  at::Tensor with_ties = (values * 100).floor() * 1e-5;
  with_ties.slice(0, 0, 200).fill_(0);
  with_ties[300] = -0.0;
  for (const at::Tensor& v : {with_ties.to(at::kFloat), with_ties, values.to(at::kFloat)})
    EXPECT_TRUE(at::equal(falling_order(v), std::get<1>(at::sort(v, true, 0, true))));
}

}  // namespace
}  // namespace myoseg
