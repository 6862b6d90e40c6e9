// Ties and equalities at the data's own precision. Numbers without an explanation were computed by
// SciPy 1.17.1 from the same data as whole numbers, where nothing is rounded.
#include <gtest/gtest.h>

#include <cmath>

#include "eval/statistics/agreement.h"
#include "eval/statistics/bootstrap.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/groups.h"
#include "eval/statistics/paired.h"
#include "eval/statistics/precision.h"
#include "eval/statistics/sample.h"
#include "tests/eval/statistics/statistics_fixture.h"

namespace myoseg::statistics {
namespace {

// As a table holds them: 3 becomes the double next to 0.3.
Values tenths(Values values) {
  for (double& value : values) value /= 10;
  return values;
}
// As a program computes them: 3 becomes 0.1 + 0.1 + 0.1, which is another double.
Values summed_tenths(const Values& values) {
  Values result;
  for (const double value : values) {
    double sum = 0;
    for (int i = 0; i < value; ++i) sum += 0.1;
    result.push_back(sum);
  }
  return result;
}
Values hundredths(Values values) {
  for (double& value : values) value /= 100;
  return values;
}

TEST(Precision, DecimalsAreToldApartAndRoundingIsNot) {
  EXPECT_TRUE(tied(0.3, 0.1 + 0.2));
  EXPECT_TRUE(tied(0.94 - 0.93, 0.01));
  EXPECT_TRUE(tied(0, -0.0));
  EXPECT_FALSE(tied(0.123456789012345, 0.123456789012346));
  EXPECT_FALSE(tied(1700000000.1234, 1700000000.1235));
  EXPECT_FALSE(tied(0, 1e-300));
  EXPECT_FALSE(tied(1e-310, 2e-310));
  EXPECT_FALSE(tied(1e-20, 3e-20));
  EXPECT_FALSE(tied(kInfinity, 2));
  EXPECT_TRUE(tied(kInfinity, kInfinity));
}

TEST(Precision, DifferencesOfDecimals) {
  const Differences d = differences(Values{0.30000000000000004, 0.91, 5e-324, 1e15 + 0.5},
                                    Values{0.3, 0.89, 1e-323, 1e15});
  EXPECT_EQ(d.values[0], 0);
  EXPECT_NEAR(d.values[1], 0.02, 1e-15);
  EXPECT_LT(d.values[2], 0);
  // 15 digits and 16: two of them differ by half a unit, which is more than a double's rounding.
  EXPECT_EQ(differences(Values{123456789012.346}, Values{123456789012.345}).values[0] > 0, true);
}

// Dice of two methods with two decimals: differences of 1, 1, 1, ... hundredths.
const Values kFirst{94, 89, 92, 88, 83, 78, 86, 81, 91, 94, 82, 94};
const Values kSecond{93, 90, 89, 91, 84, 80, 87, 83, 92, 93, 85, 95};

TEST(Ties, WilcoxonOfTwoDecimals) {
  for (const WilcoxonTest& test :
       {wilcoxon(kFirst, kSecond), wilcoxon(hundredths(kFirst), hundredths(kSecond))}) {
    expect_value(test.statistic, 19);
    expect_value(test.p, 0.11962890625);
    EXPECT_TRUE(test.ties);
    EXPECT_EQ(test.used, RankMethod::exact);
  }
  WilcoxonOptions normal;
  normal.method = RankMethod::normal;
  expect_value(wilcoxon(hundredths(kFirst), hundredths(kSecond), normal).p,
               wilcoxon(kFirst, kSecond, normal).p.value);
}

TEST(Ties, WilcoxonCountsWhatIsEqualButForRounding) {
  const Values whole{3, 6, 2, 7, 9, 4, 8}, other{3, 5, 4, 7, 6, 9, 1};
  const WilcoxonTest expected = wilcoxon(whole, other);
  const WilcoxonTest test = wilcoxon(tenths(whole), summed_tenths(other));
  EXPECT_EQ(expected.zeros, 2);
  EXPECT_EQ(test.zeros, 2);
  expect_value(test.statistic, expected.statistic.value);
  expect_value(test.p, expected.p.value);
}

// Six pairs, one of them equal; 13 with two equal ones; 14 are too many for SciPy to permute.
TEST(Ties, WilcoxonIsExactWithZerosInFewPairs) {
  const WilcoxonTest six = wilcoxon(Values{90, 88, 85, 93, 91, 87}, Values{88, 85, 81, 88, 85, 87});
  EXPECT_EQ(six.zeros, 1);
  EXPECT_EQ(six.used, RankMethod::exact);
  expect_value(six.p, 0.0625);

  Values d{5, -3, 0, 8, 2, -1, 0, 4, 6, -2, 7, 3, 9};
  const struct {
    ZeroRule zeros;
    double statistic, two_sided, less, greater;
  } rules[] = {{ZeroRule::drop, 8, 0.0244140625, 0.99072265625, 0.01220703125},
               {ZeroRule::pratt, 14, 0.0341796875, 0.9853515625, 0.01708984375},
               {ZeroRule::split, 15.5, 0.0341796875, 0.9853515625, 0.01708984375}};
  for (const auto& rule : rules) {
    WilcoxonOptions options;
    options.zeros = rule.zeros;
    const Values zero(d.size(), 0.0);
    expect_value(wilcoxon(d, zero, options).statistic, rule.statistic);
    expect_value(wilcoxon(d, zero, options).p, rule.two_sided);
    options.alternative = Alternative::less;
    expect_value(wilcoxon(d, zero, options).p, rule.less);
    options.alternative = Alternative::greater;
    expect_value(wilcoxon(d, zero, options).p, rule.greater);
  }
  d.push_back(10);
  const WilcoxonTest more = wilcoxon(d, Values(d.size(), 0.0));
  EXPECT_EQ(more.used, RankMethod::normal);
  expect_value(more.p, 0.014944844395687155, 1e-11);
}

TEST(Ties, OfGroups) {
  const Values a{1, 3, 5, 7, 8}, b{2, 3, 5, 9, 10, 11};
  const MannWhitneyTest u = mann_whitney(tenths(a), summed_tenths(b));
  EXPECT_TRUE(u.ties);
  expect_value(u.u, 10);
  expect_value(u.p, 0.40917633808896714, 1e-11);
  const GroupTest h = kruskal_wallis(
      std::vector<Values>{tenths({3, 5, 7}), summed_tenths({3, 6, 9}), tenths({1, 3, 8})});
  expect_value(h.statistic, 0.8275862068965525);
  const GroupTest chi = friedman(
      std::vector<Values>{tenths({3, 6, 2, 5}), summed_tenths({3, 7, 5, 5}), tenths({4, 9, 5, 8})});
  expect_value(chi.statistic, 6.615384615384615);
  expect_value(chi.p, 0.03660053915427093, 1e-11);
}

TEST(Ties, OfRankCorrelations) {
  // Half of each variable as it was read, half as it was computed.
  const auto mixed = [](const Values& values) {
    Values result = tenths(values);
    const Values summed = summed_tenths(values);
    for (std::size_t i = 0; i < result.size(); i += 2) result[i] = summed[i];
    return result;
  };
  const Values x{3, 3, 3, 6, 7, 7, 8, 1, 8, 8}, y{2, 3, 3, 3, 6, 6, 7, 1, 8, 7};
  ASSERT_NE(mixed(x)[0], mixed(x)[1]);
  expect_value(spearman(mixed(x), mixed(y)).coefficient, spearman(x, y).coefficient.value);
  expect_value(spearman(mixed(x), mixed(y)).p, spearman(x, y).p.value);
  expect_value(kendall(mixed(x), mixed(y)).tau, kendall(x, y).tau.value);
  expect_value(kendall(mixed(x), mixed(y)).p, kendall(x, y).p.value);
  const Values binary{0.3, 0.1 + 0.2, 0.5, 0.5};
  expect_value(point_biserial(binary, Values{1, 2, 3, 4}).coefficient,
               point_biserial(Values{0, 0, 1, 1}, Values{1, 2, 3, 4}).coefficient.value);
  expect_undefined(spearman(Values{0.3, 0.1 + 0.2, 0.3}, Values{1, 2, 3}).p,
                   "all values of the first variable are equal");
}

// scipy.stats.permutation_test with all pairings.
TEST(Ties, RankCorrelationsOfFewPairsArePermuted) {
  const Values x{1, 2, 3, 4, 5, 6}, y{2, 1, 4, 3, 6, 5};
  CorrelationOptions options;
  EXPECT_EQ(spearman(x, y).used, RankMethod::exact);
  expect_value(spearman(x, y).p, 0.058333333333333334);
  options.alternative = Alternative::less;
  expect_value(spearman(x, y, options).p, 0.9833333333333333);
  options.alternative = Alternative::greater;
  expect_value(spearman(x, y, options).p, 0.029166666666666667);
  expect_value(spearman(Values{1, 2, 3}, Values{4, 9, 16}).p, 1.0 / 3);

  const Values tied_x{1, 2, 2, 3, 4, 4, 4}, tied_y{3, 1, 1, 1, 5, 5, 2};
  expect_value(spearman(tied_x, tied_y).coefficient, 0.5098039215686274);
  expect_value(spearman(tied_x, tied_y).p, 0.2);
  options.alternative = Alternative::less;
  expect_value(spearman(tied_x, tied_y, options).p, 0.9071428571428571);
  options.alternative = Alternative::greater;
  expect_value(spearman(tied_x, tied_y, options).p, 0.1);
  expect_value(kendall(tied_x, tied_y).tau, 0.411764705882353);
  expect_value(kendall(tied_x, tied_y).p, 0.32857142857142857);
}

TEST(Ties, RankCorrelationsOfMorePairsAreApproximated) {
  Values x, y{1, 0, 3, 2, 5, 4, 7, 6, 9, 8};
  for (int i = 0; i < 10; ++i) x.push_back(i);
  EXPECT_EQ(spearman(x, y).used, RankMethod::normal);
  expect_value(spearman(x, y).p, 5.4840529985136686e-05, 1e-11);
  CorrelationOptions exact;
  exact.method = RankMethod::exact;
  expect_undefined(spearman(x, y, exact).p, "all permutations are computed for at most 9 pairs");
  x.back() = x.front();
  expect_undefined(kendall(x, y, RankMethod::exact).p,
                   "with ties all permutations are computed for at most 9 pairs");
}

// Differences of 0.00001 each: rounding tells them apart, and a slope would be made of it.
TEST(Ties, BlandAltmanOfAConstantOffset) {
  const Values x{0.94121, 0.83207, 0.71113, 0.55509, 0.91234};
  const Values y{0.9412, 0.83206, 0.71112, 0.55508, 0.91233};
  const BlandAltman limits = bland_altman(x, y);
  expect_value(limits.sd, 0);
  expect_value(limits.slope.value, 0);
  EXPECT_FALSE(limits.slope.p.defined());
  expect_undefined(wilcoxon(y, y).p, "all differences are zero");
  expect_value(wilcoxon(x, y).p, 0.0625);  // 2 / 2^5
}

// Many resamples have the mean of the sample itself; in hundredths rounding spreads them around it.
TEST(Ties, BootstrapOfTwoDecimals) {
  const auto of_mean = [](std::span<const double> values) { return Estimate(mean(values)); };
  const Interval whole = bootstrap_values(differences(kFirst, kSecond).values, of_mean).ci;
  const Interval decimals =
      bootstrap_values(differences(hundredths(kFirst), hundredths(kSecond)).values, of_mean).ci;
  expect_interval(decimals, whole.low / 100, whole.high / 100);
}

}  // namespace
}  // namespace myoseg::statistics
