// Sums of losses: how they are written, and that their shared pass changes nothing.
#include <gtest/gtest.h>

#include "tests/losses/loss_fixture.h"

namespace myoseg {
namespace {

using testing::loss_faults;
using testing::make_loss;
using testing::random_labels;
using testing::random_logits;
using testing::rewritten_loss;
using testing::value_and_gradient;

void expect_sum(const std::string& sum,
                const std::vector<std::pair<std::string, double>>& weighted_terms,
                std::int64_t channels) {
  SCOPED_TRACE(sum);
  const auto logits = random_logits({2, channels, 7, 9, 5});
  const auto labels = random_labels({2, 7, 9, 5}, std::max<std::int64_t>(2, channels));
  const auto [value, gradient] = value_and_gradient(*make_loss(sum), logits, labels);
  double expected = 0;
  at::Tensor expected_gradient = at::zeros_like(logits);
  for (const auto& [term, weight] : weighted_terms) {
    const auto [v, g] = value_and_gradient(*make_loss(term), logits, labels);
    expected += weight * v;
    expected_gradient += weight * g;
  }
  EXPECT_NEAR(value, expected, 1e-13 * std::max(1.0, std::abs(expected)));
  EXPECT_TRUE(at::allclose(gradient, expected_gradient, 1e-12, 1e-16));
}

TEST(SumLoss, SharedPassEqualsSeparateOnes) {
  for (const std::int64_t channels : {1, 4}) {
    expect_sum("{sum: [dice, cross_entropy]}", {{"dice", 1}, {"cross_entropy", 1}}, channels);
    // Sums that cannot be shared, several that can, and a loss that is no formula of them.
    expect_sum(
        "{sum: [{dice: {squared: true, weight: 0.4}}, {cross_entropy: {ignore_label: 1}},"
        " {tversky: {alpha: 0.3, weight: 2}}, {cross_entropy: {label_smoothing: 0.1}},"
        " {generalized_dice: {}}, {focal: {weight: 3}}]}",
        {{"{dice: {squared: true}}", 0.4},
         {"{cross_entropy: {ignore_label: 1}}", 1},
         {"{tversky: {alpha: 0.3}}", 2},
         {"{cross_entropy: {label_smoothing: 0.1}}", 1},
         {"generalized_dice", 1},
         {"focal", 3}},
        channels);
    expect_sum("{sum: [{dice: {activation: sigmoid}}, cross_entropy]}",
               {{"{dice: {activation: sigmoid}}", 1}, {"cross_entropy", 1}}, channels);
  }
  expect_sum("{sum: [dice, {cross_entropy: {weights: [1, 2, 0.5]}}]}",
             {{"dice", 1}, {"{cross_entropy: {weights: [1, 2, 0.5]}}", 1}}, 3);
}

TEST(SumLoss, ListUnderItsNameIsItsTerms) {
  const std::string text =
      rewritten_loss("{name: sum, terms: [{name: dice}, {name: cross_entropy, weight: 0.5}]}")
          .text();
  for (const char* same : {"{sum: [{dice: {}}, {cross_entropy: {weight: 0.5}}]}",
                           "{sum: [dice, {cross_entropy: {}, weight: 0.5}]}",
                           "{sum: {terms: [{dice: null}, {name: cross_entropy, weight: 0.5}]}}"})
    EXPECT_EQ(rewritten_loss(same).text(), text) << same;
  expect_sum("{sum: [{sum: [dice, {tversky: {weight: 3}}], weight: 2}, lovasz]}",
             {{"dice", 2}, {"tversky", 6}, {"lovasz", 1}}, 3);
}

TEST(SumLoss, SaysWhatIsWrongInAList) {
  const auto names = [](const std::string& yaml, const std::string& part) {
    EXPECT_NE(loss_faults(yaml).find(part), std::string::npos) << yaml << ": " << loss_faults(yaml);
  };
  names("{sum: []}", "at least one loss is needed");
  names("{sum: [{dise: {}}]}", "did you mean 'dice'");
  names("{sum: [{dice: {weight: -1}}]}", "terms.0.dice.weight");
  names("{sum: [{dice: {wieght: 1}}]}", "wieght");
  names("{sum: [{weight: 1}]}", "terms.0: needs a 'name'");
  names("{dice: [1]}", "found a list");
}

}  // namespace
}  // namespace myoseg
