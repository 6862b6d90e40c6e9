// Estimates outside their range, without variance, or of numbers that are too small or too large:
// undefined, with the reason.
#include <gtest/gtest.h>

#include <cmath>

#include "eval/statistics/agreement.h"
#include "eval/statistics/bootstrap.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/groups.h"
#include "eval/statistics/icc.h"
#include "eval/statistics/paired.h"
#include "eval/statistics/precision.h"
#include "eval/statistics/regression.h"
#include "tests/eval/statistics/statistics_fixture.h"

namespace myoseg::statistics {
namespace {

constexpr const char* kNoVariance =
    "the variance is not positive: subjects differ less than the disagreement alone makes them";
constexpr const char* kTooSmall =
    "the values are too small to be squared; give them in another unit";

Values scaled(Values values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

// By the formulas ICC(2,1) would be -1.41 and ICC(2,k) 6.9.
TEST(Range, IccOfReadersWhoContradictEachOther) {
  const Icc result = icc(std::vector<Values>{{10, 12, 14, 9, 11}, {14, 11, 9, 13, 12}});
  for (const IccForm form : {IccForm::icc2, IccForm::icc2k}) {
    expect_undefined(result[form].value, kNoVariance);
    EXPECT_EQ(result[form].ci.reason, kNoVariance);
  }
  expect_value(result[IccForm::icc1].value, -0.9186991869918699);  // -113/123
  expect_value(result[IccForm::icc3].value, -0.9324324324324325);  // -69/74
  EXPECT_LT(result[IccForm::icc1].ci.low, result[IccForm::icc1].value.value);
}

// Whatever the ratings: no correlation beyond 1, no single one below -1, no interval beside its
// value.
TEST(Range, IccStaysInItsRange) {
  std::uint64_t state = 1;
  const auto digit = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>((state >> 40) % 10);
  };
  int undefined = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<Values> raters(static_cast<std::size_t>(2 + trial % 3));
    for (Values& ratings : raters)
      for (int s = 0; s < 2 + trial % 5; ++s) ratings.push_back(digit());
    const Icc result = icc(raters);
    for (const IccForm form : kIccForms) {
      const IccEstimate& e = result[form];
      if (!e.value.defined()) {
        ++undefined;
        continue;
      }
      EXPECT_LE(e.value.value, 1 + 1e-12);
      const bool single = form == IccForm::icc1 || form == IccForm::icc2 || form == IccForm::icc3;
      EXPECT_GE(e.value.value, single ? -1 - 1e-12 : -kInfinity) << trial;
      if (!e.ci.defined()) continue;
      EXPECT_LE(e.ci.low, e.value.value + 1e-12) << trial << icc_name(form);
      EXPECT_GE(e.ci.high, e.value.value - 1e-12) << trial << icc_name(form);
    }
  }
  EXPECT_GT(undefined, 0);
}

TEST(Range, IntervalsHoldTheirEstimate) {
  expect_interval(interval_around(1, 0.5, 1), 0.5, 1);
  EXPECT_EQ(interval_around(1.1, 0.5, 1).reason, "the interval does not hold its estimate");
  EXPECT_EQ(interval_around(0.4, 0.5, 1).reason, "the interval does not hold its estimate");
  // Nearly all resamples lie below the value: the bias moves the interval past it.
  Values resamples;
  for (int i = 0; i < 1000; ++i) resamples.push_back(i < 999 ? i : 2000);
  const Interval beside = bca_interval(resamples, 1000, {}, 0.5);
  EXPECT_EQ(beside.reason, "the interval does not hold its estimate");
}

// A correlation of zero, and one that only rounding makes other than zero, have the same interval.
TEST(Range, ConcordanceOfWhatDoesNotCorrelate) {
  const Values x{1, 2, 3, 4, 5, 6}, y{3, 1, 2, 2, 1, 3};
  const Concordance c = concordance(x, y);
  const Concordance tenth = concordance(scaled(x, 0.1), scaled(y, 0.1));
  expect_value(c.ccc, 0);
  expect_interval(tenth.ci, c.ci.low, c.ci.high);
  EXPECT_LT(c.ci.low, 0);
  EXPECT_GT(c.ci.high, 0);
}

TEST(Range, ConstantButForRounding) {
  const Values flat{0.3, 0.1 + 0.2, 0.3}, rising{1, 2, 3};
  expect_undefined(pearson(flat, rising).coefficient, "all values of the first variable are equal");
  expect_value(concordance(flat, rising).ccc, 0);
  expect_undefined(cohen_d_average(flat, flat), "neither sample has any spread");
  expect_undefined(cohen_d_pooled(flat, flat), "neither group has any spread");
  expect_undefined(prediction_errors(flat, rising).r2, "all true values are equal");
  const Regressor regressor[] = {{"x", rising}};
  expect_undefined(ols(flat, regressor).r2, "all values of the outcome are equal");
  // Computed differences have lost their first digits, and the noise is larger than an epsilon.
  expect_undefined(pearson(Values{0.94 - 0.93, 0.86 - 0.85, 0.51 - 0.5}, rising).coefficient,
                   "all values of the first variable are equal");
}

TEST(Range, ErrorsOfSquaresAreNeverNegative) {
  const Values x{1, 2, 3, 4}, unrelated{1, -1, -1, 1};
  const Regressor regressor[] = {{"x", x}};
  const Regression fit = ols(unrelated, regressor);
  EXPECT_GE(fit.r2.value, 0);
  const GroupTest equal = kruskal_wallis(std::vector<Values>{{1, 4, 6, 7}, {2, 3, 5, 8}});
  EXPECT_GE(equal.statistic.value, 0);
  expect_undefined(describe_sample(Values{-0.3, 0.1, 0.2}).cv_percent, "the mean is zero");
  expect_undefined(describe_sample(Values{-103, -101}).cv_percent, "the mean is negative");
}

// Units change no p: what is too small or too large to be squared is scaled, or said to be.
TEST(Range, NumbersOfAnySize) {
  const Values x{12.1, 15.3, 11.8, 19.4, 16.6, 14.2}, y{11.7, 15.9, 12.4, 18.1, 17.9, 14.8};
  for (const double factor : {0x1p-700, 0x1p-300, 0x1p700}) {
    const Values a = scaled(x, factor), b = scaled(y, factor);
    expect_value(paired_t(a, b).p, paired_t(x, y).p.value);
    expect_value(wilcoxon(a, b).p, wilcoxon(x, y).p.value);
    expect_value(independent_t(a, b).p, independent_t(x, y).p.value);
    expect_value(cohen_d_average(a, b), cohen_d_average(x, y).value);
    expect_value(cohen_d_pooled(a, b), cohen_d_pooled(x, y).value);
    expect_value(pearson(a, b).coefficient, pearson(x, y).coefficient.value);
    expect_value(describe_sample(a).kurtosis, describe_sample(x).kurtosis.value);
  }
  const Values tiny = scaled(x, 1e-200), other = scaled(y, 1e-200);
  expect_undefined(concordance(tiny, other).ccc, kTooSmall);
  expect_undefined(icc(std::vector<Values>{tiny, other})[IccForm::icc1].value, kTooSmall);
  expect_undefined(anova(std::vector<Values>{tiny, other}).p, kTooSmall);
  expect_undefined(bland_altman(tiny, other).slope.value, kTooSmall);
  expect_undefined(prediction_errors(tiny, other).r2, kTooSmall);
  // Subnormal numbers keep few digits; their order is all that rank tests ask for.
  const Values subnormal{1e-310, 2e-310, 4e-310, 3e-310};
  expect_value(spearman(subnormal, Values{1, 2, 4, 3}).coefficient, 1);
  expect_value(mann_whitney(subnormal, Values{5e-311, 6e-311, 7e-311, 8e-311}).u, 16);
}

}  // namespace
}  // namespace myoseg::statistics
