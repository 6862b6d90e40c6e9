// Agreement, correlation and tests at the edge and without golden records. Numbers without an
// explanation were computed by SciPy 1.17 or pingouin 0.7.
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "eval/statistics/agreement.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/distributions.h"
#include "eval/statistics/groups.h"
#include "eval/statistics/icc.h"
#include "eval/statistics/multiplicity.h"
#include "eval/statistics/normality.h"
#include "eval/statistics/paired.h"
#include "tests/eval/statistics/statistics_fixture.h"

namespace myoseg::statistics {
namespace {

const Values kX{12.1, 15.3, 11.8, 19.4, 16.6, 14.2, 18.9, 13.5};
const Values kY{11.7, 15.9, 12.4, 18.1, 17.9, 14.8, 17.2, 13.1};
const Values kShifted{13.2, 17.4, 13.9, 19.6, 19.4, 16.3, 18.7, 14.6};  // kY + 1.5

TEST(Concordance, AgreesWithLinsFormula) {
  const Concordance c = concordance(kX, kShifted);
  expect_value(c.ccc, 0.8021572166030136);
  expect_interval(c.ci, 0.4429009268787628, 0.9394603294222419);
  expect_value(c.accuracy, 0.8585380212953546);
  // A shift of 1 with variance 2 in both: 2*2 / (2 + 2 + 1).
  expect_value(concordance(Values{1, 2, 3, 4, 5}, Values{2, 3, 4, 5, 6}).ccc, 0.8);
}

TEST(Concordance, OfConstantMeasurements) {
  const Concordance flat = concordance(Values{3, 3, 3}, Values{1, 2, 3});
  expect_value(flat.ccc, 0);
  EXPECT_EQ(flat.ci.reason, "all values of the first variable are equal");
  expect_undefined(concordance(Values{3, 3}, Values{3, 3}).ccc,
                   "all values of both measurements are equal");
  const Concordance same = concordance(kX, kX);
  expect_value(same.ccc, 1);
  expect_interval(same.ci, 1, 1);
}

TEST(BlandAltman, FindsAProportionalBias) {
  const BlandAltman b = bland_altman(kX, kY);
  expect_value(b.slope.value, 0.13622154713159837, 1e-11);
  expect_value(b.slope.p, 0.39812564725242955, 1e-11);
  expect_value(b.slope.se, 0.149768952007618, 1e-11);
  expect_value(b.intercept.value, -1.9805133623915778, 1e-11);
}

TEST(BlandAltman, OfEqualDifferences) {
  const BlandAltman b = bland_altman(Values{1.1, 2.2, 3.3}, Values{1.0, 2.1, 3.2});
  expect_value(b.sd, 0);
  expect_value(b.bias, 0.1, 1e-12);
  expect_interval(b.ci_upper, 0.1, 0.1, 1e-12);
  expect_undefined(bland_altman(Values{1}, Values{2}).bias, "needs at least 2 pairs, found 1");
}

TEST(Icc, OfRatersWhoAgreeEverywhere) {
  const std::vector<Values> same{{1.1, 2.3, 3.7, 5.9}, {1.1, 2.3, 3.7, 5.9}, {1.1, 2.3, 3.7, 5.9}};
  const Icc result = icc(same);
  for (const IccForm form : kIccForms) {
    expect_value(result[form].value, 1);
    expect_value(result[form].f, kInfinity);
    expect_value(result[form].p, 0);
    expect_interval(result[form].ci, 1, 1);
  }
}

TEST(Icc, OfRatersWithAConstantOffset) {
  const std::vector<Values> shifted{{1, 2, 4, 7}, {2, 3, 5, 8}};
  const Icc result = icc(shifted);
  expect_value(result[IccForm::icc1].value, 0.931034482758620690);  // 27/29
  expect_value(result[IccForm::icc1].f, 28);
  expect_value(result[IccForm::icc2].value, 0.933333333333333333);  // 14/15
  expect_value(result[IccForm::icc3].value, 1);
  expect_value(result[IccForm::icc2].f, kInfinity);
  // Without a residual Satterthwaite's degrees of freedom are those of the raters, here 1, and the
  // ends of the interval are 14 / (14 + F) and 14 F' / (1 + 14 F') of MS_subjects 14, MS_raters 2.
  const double f_low = f_quantile(0.975, 3, 1), f_high = f_quantile(0.975, 1, 3);
  expect_interval(result[IccForm::icc2].ci, 14 / (14 + f_low), 14 * f_high / (1 + 14 * f_high));
}

TEST(Icc, OfOneConstantRaterAndOfTooFew) {
  const Icc constant = icc(std::vector<Values>{{1, 2, 4, 7}, {3, 3, 3, 3}});
  expect_value(constant[IccForm::icc1].value, 0.12);
  expect_value(constant[IccForm::icc3].value, 0);
  expect_value(constant[IccForm::icc3].p, 0.5);
  EXPECT_EQ(constant[IccForm::icc2k].ci.low, -kInfinity);
  expect_undefined(icc(std::vector<Values>{{2, 2, 2}, {2, 2, 2}})[IccForm::icc2].value,
                   "all ratings are equal");
  expect_undefined(icc(std::vector<Values>{{1, 2, 3}})[IccForm::icc3].p,
                   "needs at least 2 raters, found 1");
  expect_undefined(icc(std::vector<Values>{{1}, {2}})[IccForm::icc1].f,
                   "needs at least 2 subjects, found 1");
  EXPECT_THROW((void)icc(std::vector<Values>{{1, 2}, {2}}), Error);
  // Two subjects, two raters: SS 4, 1, 0.
  expect_value(icc(std::vector<Values>{{1, 3}, {2, 4}})[IccForm::icc1].value, 3.5 / 4.5);
  for (const IccForm form : kIccForms)
    EXPECT_FALSE(std::isnan(icc(std::vector<Values>{{1, 3}, {2, 5}})[form].value.value));
}

TEST(Icc, OfSubjectsThatDoNotDiffer) {
  const Icc raters_only = icc(std::vector<Values>{{1, 1, 1}, {2, 2, 2}});
  expect_value(raters_only[IccForm::icc2].value, 0);
  EXPECT_FALSE(raters_only[IccForm::icc2].ci.defined());
  expect_undefined(raters_only[IccForm::icc3].value, "subjects and residual have no variance");
  const Icc result = icc(std::vector<Values>{{1, 2}, {2, 1}});
  expect_value(result[IccForm::icc1].value, -1);
  expect_value(result[IccForm::icc1].p, 1);
  expect_undefined(result[IccForm::icc1k].value, "the subjects' means do not differ");
}

TEST(Correlation, PointBiserial) {
  const Correlation c = point_biserial(Values{0, 2, 0, 2, 2, 0, 2, 0}, kX);
  expect_value(c.coefficient, 0.860852834961686);
  expect_value(c.p, 0.006052048563592906, 1e-11);
  expect_undefined(point_biserial(Values{0, 1, 2}, Values{1, 2, 3}).coefficient,
                   "the binary variable has 3 different values, not 2");
}

TEST(Correlation, KendallWithTies) {
  const KendallTau tau = kendall(Values{1, 2, 2, 3, 4, 4, 5}, Values{2, 1, 3, 3, 5, 4, 5});
  expect_value(tau.tau, 0.7894736842105262);
  expect_value(tau.p, 0.01904761904761905);  // scipy.stats.permutation_test with all pairings
  const auto normal =
      kendall(Values{1, 2, 2, 3, 4, 4, 5}, Values{2, 1, 3, 3, 5, 4, 5}, RankMethod::normal);
  expect_value(normal.p, 0.018456509657472746, 1e-11);
}

TEST(Correlation, AtTheEdge) {
  const Correlation two = pearson(Values{1, 2}, Values{3, 5});
  expect_value(two.coefficient, 1);
  expect_value(two.p, 1);
  expect_interval(two.ci, -1, 1);
  expect_undefined(spearman(Values{1, 2}, Values{3, 5}).p, "needs at least 3 pairs, found 2");
  expect_value(spearman(Values{1, 2, 3}, Values{9, 4, 1}).coefficient, -1);
  expect_value(pearson(Values{1, 2, 3, 4}, Values{1e200, 2e200, 3e200, 4e200}).coefficient, 1);
  expect_value(pearson(Values{1, 2, 3, 4}, Values{4e-200, 3e-200, 2e-200, 1e-200}).coefficient, -1);
  expect_undefined(pearson(Values{1, 2, 3}, Values{4, 4, 4}).coefficient,
                   "all values of the second variable are equal");
  expect_undefined(kendall(Values{1, 1}, Values{4, 5}).p,
                   "all values of the first variable are equal");
  expect_undefined(pearson(Values{1}, Values{2}).p, "needs at least 2 pairs, found 1");
  expect_undefined(spearman(Values{1, std::nan(""), 3}, Values{1, 2, 3}).coefficient,
                   "value 2 is not a finite number");
  EXPECT_THROW((void)pearson(Values{1, 2}, Values{1}), Error);
}

TEST(PairedTests, StudentAtTheEdge) {
  const TTest equal = paired_t(Values{2, 3, 4}, Values{1, 2, 3});
  expect_value(equal.t, kInfinity);
  expect_value(equal.p, 0);
  expect_interval(equal.ci, 1, 1);
  // The same with differences that only rounding makes unequal.
  expect_value(paired_t(Values{1.1, 2.2, 3.3}, Values{1.0, 2.1, 3.2}).t, kInfinity);
  expect_undefined(paired_t(kX, kX).t, "all differences are zero");
  const TTest two = paired_t(Values{1, 2}, Values{3, 5});
  expect_value(two.t, -5);
  expect_value(two.p, 0.1256659163780024);
  expect_interval(two.ci, -8.853102368087347, 3.853102368087347);
  expect_undefined(cohen_d_differences(Values{2, 3}, Values{1, 2}), "all differences are equal");
  EXPECT_THROW((void)paired_t(kX, kY, {Alternative::two_sided, 95}), Error);
}

// Expected: all signs of the ranks counted one by one.
TEST(PairedTests, WilcoxonIsExactWithTiesAndZeros) {
  const Values d{1, -1, 2, 2, -3, 4, 4, 0, 5}, zero(9, 0.0);
  WilcoxonOptions options;
  options.method = RankMethod::exact;
  const WilcoxonTest test = wilcoxon(d, zero, options);
  EXPECT_EQ(test.zeros, 1);
  expect_value(test.rank_sum_plus, 29.5);
  expect_value(test.p, 0.1328125);
  options.alternative = Alternative::greater;
  expect_value(wilcoxon(d, zero, options).p, 0.06640625);
  options.zeros = ZeroRule::pratt;
  expect_value(wilcoxon(d, zero, options).p, 0.05859375);
}

TEST(PairedTests, WilcoxonAtTheEdge) {
  expect_undefined(wilcoxon(kX, kX).p, "all differences are zero");
  WilcoxonOptions split;
  split.zeros = ZeroRule::split;
  expect_value(wilcoxon(kX, kX, split).p, 1);
  expect_value(wilcoxon(Values{1}, Values{2}).p, 1);
  expect_value(wilcoxon(Values{1, 2}, Values{3, 5}).p, 0.5);
  expect_undefined(wilcoxon(Values{}, Values{}).p, "needs at least 1 pairs, found 0");
}

// Expected: all ways to choose the ranks of the first group counted one by one.
TEST(GroupTests, MannWhitneyIsExactWithTies) {
  const Values a{1, 2, 2, 5, 7}, b{2, 3, 5, 8, 9, 9};
  MannWhitneyOptions options;
  options.method = RankMethod::exact;
  const MannWhitneyTest test = mann_whitney(a, b, options);
  expect_value(test.u, 6.5);
  expect_value(test.p, 0.12987012987012986);
  options.alternative = Alternative::less;
  expect_value(mann_whitney(a, b, options).p, 0.06493506493506493);
  expect_value(mann_whitney(b, a, options).p, 0.948051948051948);
  expect_value(cohen_d_pooled(a, b), -0.9116729353137596);
}

TEST(GroupTests, AtTheEdge) {
  expect_value(mann_whitney(Values{1, 1}, Values{1, 1}).p, 1);
  const TTest same = independent_t(Values{1, 1}, Values{1, 1});
  expect_undefined(same.p, "there is neither a difference nor any spread");
  const std::vector<Values> flat{{1, 1}, {2, 2}};
  expect_value(anova(flat).statistic, kInfinity);
  expect_value(anova(flat).p, 0);
  expect_undefined(bartlett(flat).p, "a group has no spread");
  expect_undefined(kruskal_wallis(std::vector<Values>{{1, 1}, {1}}).p, "all values are equal");
  const GroupTest ranks = friedman(std::vector<Values>{{1, 2, 3, 4}, {2, 3, 1, 5}, {3, 4, 5, 7}});
  expect_value(ranks.statistic, 6.5);
  expect_value(ranks.p, 0.03877420783172202);
  expect_undefined(friedman(flat).p, "needs at least 3 groups, found 2");
}

TEST(Normality, SmallSamples) {
  expect_value(shapiro_wilk(Values{1, 2, 4}).p, 0.6368868450289689, 1e-9);
  expect_value(shapiro_wilk(Values{3.1, 2.7, 8.8, 4.5}).w, 0.8372953769539802, 1e-8);
  const NormalityTest weights =
      shapiro_wilk(Values{148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236});
  expect_value(weights.w, 0.7888146948631716, 1e-8);
  expect_value(weights.p, 0.006703814061898823, 1e-8);
  expect_undefined(shapiro_wilk(Values{1, 2}).p, "needs at least 3 values, found 2");
  expect_undefined(shapiro_wilk(Values{1, 1, 1}).w, "all values are equal");
}

TEST(Multiplicity, KeepsTestsWithoutAPValueOut) {
  const std::vector<Estimate> p{0.01, Undefined{"all differences are zero"}, 0.04};
  const std::vector<Estimate> adjusted = adjust_p(p, Adjustment::holm);
  expect_value(adjusted[0], 0.02);
  expect_undefined(adjusted[1], "all differences are zero");
  expect_value(adjusted[2], 0.04);
  EXPECT_TRUE(adjust_p({}, Adjustment::hommel).empty());
  expect_undefined(adjust_p(std::vector<Estimate>{1.5}, Adjustment::sidak)[0], "is no probability");
}

}  // namespace
}  // namespace myoseg::statistics
