#include "eval/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "eval/comparison_figures.h"
#include "eval/comparison_tables.h"
#include "tests/eval/statistics_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using statistics::expect_interval;
using statistics::expect_undefined;
using statistics::expect_value;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void add(ComparedRun& run, const std::string& case_id, const std::string& region, double value,
         const std::string& metric = "dice", double truth = 8, double prediction = 8) {
  for (const auto& [name, number] : {std::pair{metric, value},
                                     {std::string(kTruthVolume), truth},
                                     {std::string(kPredictionVolume), prediction},
                                     {std::string(kDiagonal), 500.0}})
    run.scores.push_back({run.name, 0, case_id, region, "final", name, number});
}

// Cases c1, c2 ... of one region.
ComparedRun run_of(const std::string& label, const std::vector<double>& values,
                   const std::string& region = "psoas") {
  ComparedRun run;
  run.label = run.name = label;
  for (std::size_t i = 0; i < values.size(); ++i)
    add(run, "c" + std::to_string(i + 1), region, values[i]);
  return run;
}

ComparisonInput input_of(std::vector<ComparedRun> runs) {
  ComparisonInput input;
  input.runs = std::move(runs);
  return input;
}

// Two regions: differences that are all distinct, and six that are equally large.
ComparisonInput two_regions() {
  ComparisonInput input = input_of({run_of("a", {0.90, 0.85, 0.80, 0.95, 0.70, 0.88}),
                                    run_of("b", {0.86, 0.86, 0.70, 0.90, 0.62, 0.85})});
  const std::vector<double> x{0.5, 0.625, 0.75, 0.5, 0.625, 0.75};
  const std::vector<double> y{0.375, 0.5, 0.625, 0.625, 0.5, 0.625};
  for (std::size_t i = 0; i < x.size(); ++i) {
    add(input.runs[0], "c" + std::to_string(i + 1), "fat", x[i]);
    add(input.runs[1], "c" + std::to_string(i + 1), "fat", y[i]);
  }
  return input;
}

std::string sentence_of(const ComparisonInput& input, const ComparisonOptions& options,
                        ExitCode code = ExitCode::bad_data) {
  try {
    (void)compare_runs(input, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "was not refused";
  return "";
}

void expect_words(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    EXPECT_NE(text.find(word), std::string::npos) << "no '" << word << "' in: " << text;
}

void expect_no_nan(const Table& table) {
  for (const auto& row : table.rows) {
    EXPECT_EQ(row.size(), table.columns.size());
    for (std::string cell : row) {
      std::transform(cell.begin(), cell.end(), cell.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      EXPECT_EQ(cell.find("nan"), std::string::npos) << cell;
      EXPECT_EQ(cell.find("inf"), std::string::npos) << cell;
    }
  }
}

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
  bonferroni.correction = "bonferroni";
  expect_value(compare_runs(two_regions(), bonferroni).pairs[1].p_wilcoxon_corrected, 28.0 / 64);
  ComparisonOptions fdr;
  fdr.correction = "benjamini_hochberg";
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

TEST(Comparison, OneCaseHasADifferenceAndNothingElse) {
  const ComparisonInput input = input_of({run_of("a", {0.625}), run_of("b", {0.5})});
  const RunComparison comparison = compare_runs(input, {});
  const PairedDifference& pair = comparison.pairs[0];
  expect_value(pair.difference, 0.125);
  EXPECT_EQ(pair.ci.reason, "needs at least 2 patients, found 1");
  EXPECT_FALSE(pair.p_t.defined());
  EXPECT_EQ(comparison.ranks[0].rank, 1);
  EXPECT_EQ(comparison.ranks[1].rank, 2);
  EXPECT_TRUE(comparison.ranks[0].share.empty());
  expect_no_nan(pairs_table(input, comparison));
  expect_no_nan(readable_pairs_table(input, {}, comparison));
  expect_no_nan(runs_table(input, comparison));
  expect_no_nan(readable_runs_table(input, comparison));
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

TEST(Comparison, MissedStructuresCountWhatTheMetricGivesThem) {
  ComparisonInput input = input_of({run_of("a", {0.9}), run_of("b", {0.8})});
  // c2 is missed by a; c3 has no psoas, b finds one.
  add(input.runs[0], "c2", "psoas", 0, "dice", 8, 0);
  add(input.runs[1], "c2", "psoas", 0.6);
  add(input.runs[0], "c3", "psoas", kNaN, "dice", 0, 0);
  add(input.runs[1], "c3", "psoas", 0, "dice", 0, 1);
  const RunComparison dice = compare_runs(input, {});
  EXPECT_EQ(dice.scores[0][0].missed, 1);
  EXPECT_EQ(dice.scores[0][0].penalised, 0);
  EXPECT_EQ(dice.scores[1][0].missed, 0);
  EXPECT_EQ(dice.scores[0][0].n, 2);
  EXPECT_EQ(dice.scores[1][0].n, 3);
  EXPECT_EQ(dice.pairs[0].n, 2);
  EXPECT_EQ(dice.pairs[0].one_sided, 1);
  expect_value(dice.pairs[0].difference, -0.25);
  expect_value(dice.ranks[0].mean, 0.45);
  expect_value(dice.ranks[1].mean, 0.7);
  std::string notes;
  for (const std::string& note : comparison_notes(input, {}, dice)) notes += note + "\n";
  expect_words(notes, {"Missed: a 1, b 0.", "1 in Psoas, a − b"});

  // A distance has no value there; the diagonal of the volume stands for it.
  ComparedRun a, b;
  a.label = "a";
  b.label = "b";
  add(a, "c1", "psoas", 2, "hd95");
  add(a, "c2", "psoas", kNaN, "hd95", 8, 0);
  add(b, "c1", "psoas", 2, "hd95");
  add(b, "c2", "psoas", 4, "hd95");
  input = input_of({a, b});
  ComparisonOptions options;
  options.metric = "hd95";
  const RunComparison distance = compare_runs(input, options);
  EXPECT_EQ(distance.scores[0][0].penalised, 1);
  expect_value(distance.pairs[0].difference, 248);
  EXPECT_EQ(distance.ranks[0].rank, 2);
  EXPECT_EQ(distance.ranks[1].rank, 1);
  EXPECT_EQ(best_first(distance), (std::vector<std::size_t>{1, 0}));
  notes.clear();
  for (const std::string& note : comparison_notes(input, options, distance)) notes += note + "\n";
  expect_words(notes, {"stands for it (1 score)", "below zero the first is better"});
}

TEST(Comparison, OtherCasesAreRefusedUnlessTheCommonOnesAreAskedFor) {
  ComparisonInput input = input_of({run_of("a", {0.5, 0.75, 1}), run_of("b", {0.5, 0.5})});
  add(input.runs[1], "c9", "psoas", 0.1);
  ComparisonOptions options;
  EXPECT_EQ(sentence_of(input, options),
            "the runs were not scored on the same cases: 'a' lacks c9; 'b' lacks c3; cases=common "
            "compares the 2 that all have");
  options.cases = "common";
  const RunComparison comparison = compare_runs(input, options);
  EXPECT_EQ(comparison.cases, (std::vector<std::string>{"c1", "c2"}));
  expect_value(comparison.pairs[0].difference, 0.125);
  std::string notes;
  for (const std::string& note : comparison_notes(input, options, comparison)) notes += note + "\n";
  expect_words(notes, {"because not all runs have them: c3, c9."});

  input = input_of({run_of("a", {0.5}), run_of("b", {})});
  add(input.runs[1], "c9", "psoas", 0.1);
  expect_words(sentence_of(input, options), {"no case was scored in all runs", "'a' lacks c9"});
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
  // The union of all structures stands first and does not rank beside its parts.
  for (ComparedRun& run : input.runs)
    for (const char* name : {"c1", "c2"}) add(run, name, "combined", run.label == "c" ? 1 : 0);
  const RunComparison united = compare_runs(input, {});
  EXPECT_EQ(united.regions, (std::vector<std::string>{"combined", "psoas"}));
  EXPECT_EQ(united.ranking_regions, (std::vector<std::string>{"psoas"}));
  EXPECT_EQ(united.ranks[1].rank, 1);
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

TEST(Comparison, WhatCannotBeComparedIsSaid) {
  const ComparisonInput good = two_regions();
  ComparisonOptions options;
  EXPECT_THROW((void)compare_runs(input_of({good.runs[0]}), options), Error);
  expect_words(sentence_of(input_of({good.runs[0], good.runs[0]}), options, ExitCode::bad_usage),
               {"called 'a'"});
  options.metric = "dise";
  EXPECT_THROW((void)compare_runs(good, options), Error);
  options.metric = "jaccard";
  expect_words(sentence_of(good, options), {"run 'a'", "'jaccard'", "dice"});
  options = {};
  options.stage = "raw";
  expect_words(sentence_of(good, options), {"stage 'raw'", "final"});
  options = {};
  options.regions = {"psoa"};
  expect_words(sentence_of(good, options), {"region 'psoa'", "did you mean 'psoas'"});
  options = {};
  ComparisonInput bad = good;
  bad.runs[1].scores.clear();
  expect_words(sentence_of(bad, options), {"run 'b' has no scores at all"});
  bad = good;
  add(bad.runs[1], "c1", "liver", 0.5);
  expect_words(sentence_of(bad, options), {"run 'a' has no scores of region 'liver'"});
  bad = good;
  add(bad.runs[1], "c1", "fat", 0.5);
  expect_words(sentence_of(bad, options), {"two scores 'dice' of case 'c1'"});
  bad = input_of({run_of("a", {0.5, 0.6}), run_of("b", {0.5})});
  add(bad.runs[1], "c2", "psoas", 0.5, "dice", 8.5);
  expect_words(sentence_of(bad, options), {"case 'c2' is not the same case", "8 ml", "8.5 ml"});
}

TEST(Comparison, ManyPairsAreDrawnAgainstTheBestRunOnly) {
  std::vector<ComparedRun> runs;
  for (int r = 0; r < 12; ++r)
    runs.push_back(run_of("r" + std::to_string(r), {0.5 + 0.01 * r, 0.6 + 0.01 * r}));
  ComparisonOptions options;
  options.resamples = 99;
  const ComparisonInput input = input_of(std::move(runs));
  const RunComparison comparison = compare_runs(input, options);
  EXPECT_EQ(comparison.pairs.size(), 66u);
  const Figure figure = forest_figure(input, options, comparison);
  expect_words(figure.caption, {"Only pairs with the best run"});
  expect_words(figure.script, {"r0 − r11"});
  EXPECT_EQ(figure.script.find("r0 − r1\""), std::string::npos);
}

TEST(Comparison, TheReportHasEverythingInIt) {
  const testing::TemporaryFolder folder;
  ComparisonInput input = two_regions();
  input.folder = folder.path();
  input.runs[0].label = "<b>`touch pwned`";
  input.runs[1].about = "x & y";
  input.runs[1].seconds = 61;
  input.provenance = {{"command", "myoseg compare"}};
  const RunComparison comparison = compare_runs(input, {});
  write_comparison(input, {}, comparison);
  EXPECT_FALSE(std::filesystem::exists(folder / "figures/pwned"));
  const std::string page = read_file(folder / "report.html");
  expect_words(page, {"Comparison of 2 runs", "&lt;b&gt;`touch", "x &amp; y", "1 min 01 s",
                      "(0.125)", "Holm", "Figure 2."});
  EXPECT_EQ(page.find("<b>`"), std::string::npos);
  for (const std::string outside : {"src=\"http", "href=\"http", "url(http", "<link"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  EXPECT_EQ(read_csv(folder / "tables/pairs.csv").rows, pairs_table(input, comparison).rows);
  EXPECT_EQ(read_csv(folder / "tables/runs.csv").rows, runs_table(input, comparison).rows);
  expect_words(read_file(folder / "tables/pairs.tex"), {"\\toprule", "$-$"});
  for (const std::string name : {"forest", "heat_map"})
    for (const std::string format : {".svg", ".pdf", ".png", ".gp", ".tsv"})
      EXPECT_TRUE(std::filesystem::exists(folder / ("figures/" + name + format))) << name << format;
}

}  // namespace
}  // namespace myoseg
