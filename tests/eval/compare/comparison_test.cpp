// Tests, intervals and ranks of runs that are compared.
#include "eval/compare/comparison.h"

#include <gtest/gtest.h>

#include "eval/compare/tables.h"
#include "tests/eval/compare/comparison_fixture.h"
#include "tests/eval/statistics/statistics_fixture.h"

namespace myoseg {
namespace {

using statistics::expect_interval;
using statistics::expect_undefined;
using statistics::expect_value;

// The p-values of t and d are scipy's; the exact Wilcoxon ones are counted: with six distinct
// differences and one negative of rank 1, 2 of 64 signs twice; with six equal ones and one
// negative, 7 of 64 signs twice.
TEST(Comparison, TestsEqualScipyAndAreCorrectedOverAllRegions) {
  const RunComparison comparison = compare_runs(two_regions(), {});
  ASSERT_EQ(comparison.pairs.size(), 2u);
  const PairedDifference &psoas = comparison.pairs[0], &fat = comparison.pairs[1];
  EXPECT_EQ(comparison.regions[psoas.region], "psoas");
  EXPECT_EQ(psoas.n, 6);
  EXPECT_EQ(psoas.patients, 6);
  expect_value(psoas.difference, 0.29 / 6, 1e-12);
  expect_value(psoas.p_t, 0.02809334977783194, 1e-10);
  expect_value(psoas.p_wilcoxon, 0.0625);
  expect_value(psoas.cohen_d, 0.48232952470391705, 1e-10);
  EXPECT_TRUE(psoas.ci.defined());
  EXPECT_LT(psoas.ci.low, 0.29 / 6);
  EXPECT_GT(psoas.ci.high, 0.29 / 6);
  expect_value(fat.difference, 0.125 * 4 / 6);
  expect_value(fat.p_t, 0.10193947882985835, 1e-10);
  expect_value(fat.p_wilcoxon, 14.0 / 64);
  // Holm over two tests: the smaller one twice.
  expect_value(psoas.p_t_corrected, 2 * 0.02809334977783194, 1e-10);
  expect_value(fat.p_t_corrected, 0.10193947882985835, 1e-10);
  expect_value(psoas.p_wilcoxon_corrected, 0.125);
  expect_value(fat.p_wilcoxon_corrected, 14.0 / 64);
  ComparisonOptions bonferroni;
  bonferroni.correction = statistics::Adjustment::bonferroni;
  expect_value(compare_runs(two_regions(), bonferroni).pairs[1].p_wilcoxon_corrected, 28.0 / 64);
  ComparisonOptions fdr;
  fdr.correction = statistics::Adjustment::benjamini_hochberg;
  expect_value(compare_runs(two_regions(), fdr).pairs[0].p_wilcoxon_corrected, 0.125);
  ComparisonOptions one;
  one.regions = {"fat"};
  const RunComparison alone = compare_runs(two_regions(), one);
  ASSERT_EQ(alone.pairs.size(), 1u);
  expect_value(alone.pairs[0].p_wilcoxon_corrected, 14.0 / 64);
}

// Two differences, 1/8 and 1/4: t = 3 with one degree of freedom, p = 1 - 2 atan(3) / pi; a
// resample's mean is 1/8, 3/16 or 1/4.
TEST(Comparison, TwoCasesAreEnoughForEveryNumber) {
  const RunComparison comparison =
      compare_runs(input_of({run_of("a", {0.625, 1}), run_of("b", {0.5, 0.75})}), {});
  const PairedDifference& pair = comparison.pairs[0];
  expect_value(pair.difference, 0.1875);
  expect_interval(pair.ci, 0.125, 0.25);
  expect_value(pair.p_t, 0.2048327646991335, 1e-10);
  expect_value(pair.p_wilcoxon, 0.5);
  // SD 0.375/sqrt(2) and 0.25/sqrt(2): 0.1875 / sqrt((0.0703125 + 0.03125) / 2).
  expect_value(pair.cohen_d, 0.8320502943378437, 1e-10);
}

TEST(Comparison, RunsThatAreTheSameTie) {
  const ComparisonInput input = input_of({run_of("a", {0.5, 0.7, 0.9}),  //
                                          run_of("b", {0.5, 0.7, 0.9})});
  const RunComparison comparison = compare_runs(input, {});
  const PairedDifference& pair = comparison.pairs[0];
  expect_value(pair.difference, 0);
  expect_interval(pair.ci, 0, 0);
  expect_undefined(pair.p_t, "all differences are zero");
  expect_undefined(pair.p_wilcoxon, "all differences are zero");
  expect_undefined(pair.p_wilcoxon_corrected, "all differences are zero");
  for (const RunRank& rank : comparison.ranks) {
    EXPECT_EQ(rank.rank, 1);
    ASSERT_EQ(rank.share.size(), 2u);
    EXPECT_NEAR(rank.share[0], 0.5, 1e-9);
    EXPECT_NEAR(rank.share[1], 0.5, 1e-9);
  }
  expect_no_nan(pairs_table(input, comparison));
  expect_no_nan(readable_pairs_table(input, {}, comparison));
  const auto notes = comparison_notes(input, {}, comparison);
  EXPECT_EQ(notes.back(), "NA, all differences are zero: Psoas, a − b.");
}

// The same scores, read and computed: rounding decides nothing.
TEST(Comparison, RunsThatDifferByRoundingTie) {
  const double sum = 0.1 + 0.2, product = 3 * 0.2;
  const std::vector<double> read{0.3, 0.6, 0.3}, computed{sum, product, sum};
  ASSERT_NE(read, computed);
  const RunComparison same = compare_runs(input_of({run_of("a", read), run_of("b", computed)}), {});
  expect_value(same.pairs[0].difference, 0);
  expect_interval(same.pairs[0].ci, 0, 0);
  expect_undefined(same.pairs[0].p_wilcoxon, "all differences are zero");
  for (const RunRank& rank : same.ranks) {
    EXPECT_EQ(rank.rank, 1);
    EXPECT_NEAR(rank.share[0], 0.5, 1e-9);
  }
  // The same scores of other cases: their sum depends on the order in the last bit.
  const RunComparison turned =
      compare_runs(input_of({run_of("a", {0.1, 0.2, 0.3}), run_of("b", {0.3, 0.2, 0.1})}), {});
  EXPECT_EQ(turned.ranks[0].rank, 1);
  EXPECT_EQ(turned.ranks[1].rank, 1);
  EXPECT_NEAR(turned.ranks[0].share[0] + turned.ranks[1].share[0], 1, 1e-9);
}

// Of two cases each; the patients' means are 0.9 and 0.85 in both runs, but for rounding.
TEST(Comparison, MeansOfPatientsTieAtTheDataPrecision) {
  ComparisonInput input = input_of({run_of("a", {0.91, 0.89, 0.8, 0.9, 0.7, 0.9, 0.5, 0.5}),
                                    run_of("b", {0.93, 0.87, 0.84, 0.86, 0.6, 0.8, 0.4, 0.2})});
  for (int i = 1; i <= 8; ++i)
    input.patients["c" + std::to_string(i)] = "p" + std::to_string((i + 1) / 2);
  const PairedDifference pair = compare_runs(input, {}).pairs[0];
  EXPECT_EQ(pair.patients, 4);
  expect_value(pair.p_wilcoxon, 0.5);  // two differences that are left, both positive
}

TEST(Comparison, CasesOfOnePatientCountOnce) {
  ComparisonInput input = input_of({run_of("a", {0.5, 0.75, 1}), run_of("b", {0.5, 0.5, 0.75})});
  input.patients = {{"c1", "P"}, {"c2", "P"}};
  const RunComparison comparison = compare_runs(input, {});
  const PairedDifference& pair = comparison.pairs[0];
  EXPECT_EQ(pair.n, 3);
  EXPECT_EQ(pair.patients, 2);
  EXPECT_EQ(comparison.patients, 2);
  // Over cases 0, 1/4, 1/4; over patients 1/8, 1/4 as in the test of two cases.
  expect_value(pair.difference, 0.5 / 3);
  expect_value(pair.p_t, 0.2048327646991335, 1e-10);
  expect_value(pair.p_wilcoxon, 0.5);
  // P twice, P and Q, Q twice.
  expect_interval(pair.ci, 0.125, 0.25);
  EXPECT_EQ(readable_pairs_table(input, {}, comparison).columns[3], "Patients");
}

// Draws of two cases: the first twice, both, the second twice; a wins in three of four.
TEST(Comparison, RanksAreAsStableAsTheResamplesSay) {
  ComparisonInput input = input_of({run_of("b", {0.25, 0.5}), run_of("a", {1, 0}),  //
                                    run_of("c", {0.125, 0})});
  const RunComparison comparison = compare_runs(input, {});
  EXPECT_EQ(comparison.ranks[1].rank, 1);
  EXPECT_EQ(comparison.ranks[0].rank, 2);
  EXPECT_EQ(comparison.ranks[2].rank, 3);
  EXPECT_NEAR(comparison.ranks[1].share[0], 0.75, 0.02);
  EXPECT_NEAR(comparison.ranks[0].share[0], 0.25, 0.02);
  // a and c tie at 0 where the second case is drawn twice: half of 1/4 each.
  EXPECT_NEAR(comparison.ranks[2].share[1], 0.125, 0.015);
  EXPECT_NEAR(comparison.ranks[2].share[2], 0.875, 0.015);
  for (std::size_t place = 0; place < 3; ++place) {
    double sum = 0;
    for (const RunRank& rank : comparison.ranks) sum += rank.share[place];
    EXPECT_NEAR(sum, 1, 1e-9);
  }
}

// Regions in which c is best of all, beside psoas in which a is.
ComparisonInput with_regions(const std::vector<std::string>& names) {
  ComparisonInput input = input_of({run_of("b", {0.25, 0.5}), run_of("a", {1, 0}),  //
                                    run_of("c", {0.125, 0})});
  for (const std::string& name : names)
    for (ComparedRun& run : input.runs)
      for (const char* id : {"c1", "c2"}) add(run, id, name, run.label == "c" ? 1 : 0);
  return input;
}

TEST(Comparison, AUnionStandsFirstAndDoesNotRankBesideItsParts) {
  ComparisonInput input = with_regions({"whole_muscle"});
  EXPECT_EQ(compare_runs(input, {}).regions, (std::vector<std::string>{"psoas", "whole_muscle"}));
  EXPECT_EQ(compare_runs(input, {}).ranks[2].rank, 1);
  input.unions = {"whole_muscle"};
  const RunComparison united = compare_runs(input, {});
  EXPECT_EQ(united.regions, (std::vector<std::string>{"whole_muscle", "psoas"}));
  EXPECT_EQ(united.ranking_regions, (std::vector<std::string>{"psoas"}));
  EXPECT_EQ(united.ranks[1].rank, 1);
  // Whoever names it wants it counted, whoever only gives the order does not.
  ComparisonOptions named;
  named.regions = {"psoas", "whole_muscle"};
  EXPECT_EQ(compare_runs(input, named).ranking_regions, named.regions);
  input.regions = named.regions;
  EXPECT_EQ(compare_runs(input, {}).regions, named.regions);
  EXPECT_EQ(compare_runs(input, {}).ranking_regions, (std::vector<std::string>{"psoas"}));
}

TEST(Comparison, UnionsThatOverlapRankOnlyWhereNothingElseCan) {
  ComparisonInput input = with_regions({"trunk", "back"});
  input.unions = {"trunk", "back"};
  const RunComparison comparison = compare_runs(input, {});
  EXPECT_EQ(comparison.regions, (std::vector<std::string>{"trunk", "back", "psoas"}));
  EXPECT_EQ(comparison.ranking_regions, (std::vector<std::string>{"psoas"}));
  // No structure by itself has a value: the unions are all there is.
  for (ComparedRun& run : input.runs)
    for (Score& score : run.scores)
      if (score.region == "psoas" && score.metric == "dice") score.value = kNaN;
  EXPECT_EQ(compare_runs(input, {}).ranking_regions, (std::vector<std::string>{"trunk", "back"}));
}

TEST(Comparison, SignedDifferencesOfVolumeAreComparedBySize) {
  ComparedRun a, b;
  a.label = "a";
  b.label = "b";
  add(a, "c1", "psoas", -3, "volume_difference_ml");
  add(a, "c2", "psoas", 3, "volume_difference_ml");
  add(b, "c1", "psoas", 1, "volume_difference_ml");
  add(b, "c2", "psoas", 1, "volume_difference_ml");
  ComparisonOptions options;
  options.metric = "volume_difference_ml";
  const RunComparison comparison = compare_runs(input_of({a, b}), options);
  expect_value(comparison.pairs[0].difference, 2);
  EXPECT_EQ(comparison.ranks[1].rank, 1);
  EXPECT_TRUE(compared_quantity(comparison).starts_with("absolute "));
}

}  // namespace
}  // namespace myoseg
