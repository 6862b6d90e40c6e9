// What a comparison of runs refuses, says about missing values and writes.
#include <gtest/gtest.h>

#include "core/files.h"
#include "eval/compare/contents.h"
#include "eval/compare/figures.h"
#include "eval/compare/tables.h"
#include "tests/eval/compare/comparison_fixture.h"
#include "tests/eval/statistics/statistics_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

using statistics::expect_value;

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
  EXPECT_EQ(distance.best_first, (std::vector<std::size_t>{1, 0}));
  notes.clear();
  for (const std::string& note : comparison_notes(input, options, distance)) notes += note + "\n";
  expect_words(notes, {"stands for it (1 score)", "below zero the first is better"});
}

TEST(Comparison, VolumeCorrelationsOfTheRunsStandSideBySide) {
  ComparisonInput input;
  input.runs.resize(2);
  const double truth[] = {10, 20, 40, 50}, predicted[] = {12, 19, 44, 47};
  for (std::size_t r = 0; r < 2; ++r) {
    input.runs[r].label = input.runs[r].name = r == 0 ? "a" : "b";
    for (int c = 0; c < 4; ++c)
      add(input.runs[r], "c" + std::to_string(c), "psoas", 0.9, "dice", truth[c],
          r == 0 ? predicted[c] : truth[c]);
  }
  const RunComparison comparison = compare_runs(input, {});
  const Table exact = volumes_table(input, comparison);
  ASSERT_EQ(exact.rows.size(), 2U);
  EXPECT_NEAR(exact.number(0, exact.column("r")), 0.98563, 1e-5);
  EXPECT_EQ(exact.rows[1][0], "b");
  const Table readable = readable_volumes_table(input, comparison);
  EXPECT_EQ(readable.rows[0], (std::vector<std::string>{"Psoas", "4", "0.986 [0.466, 1.000]",
                                                        "1.000 [1.000, 1.000]"}));
}

TEST(Comparison, OtherCasesAreRefusedUnlessTheCommonOnesAreAskedFor) {
  ComparisonInput input = input_of({run_of("a", {0.5, 0.75, 1}), run_of("b", {0.5, 0.5})});
  add(input.runs[1], "c9", "psoas", 0.1);
  ComparisonOptions options;
  EXPECT_EQ(sentence_of(input, options),
            "the runs were not scored on the same cases: 'a' lacks c9; 'b' lacks c3; cases=common "
            "compares the 2 that all have");
  options.cases = ComparedCases::common;
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
  options.stage = Stage::raw;
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
  const ComparisonContents contents = comparison_contents(input, {});
  write_comparison(contents);
  EXPECT_FALSE(std::filesystem::exists(folder / "figures/pwned"));
  const std::string page = read_file(folder / "report.html");
  expect_words(page, {"Comparison of 2 runs", "&lt;b&gt;`touch", "x &amp; y", "1 min 01 s",
                      "(0.125)", "Holm", "Figure 2.", "Volume correlation"});
  EXPECT_EQ(page.find("<b>`"), std::string::npos);
  for (const std::string outside : {"src=\"http", "href=\"http", "url(http", "<link"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  EXPECT_EQ(read_csv(folder / "tables/pairs.csv").rows, contents.pairs.rows);
  EXPECT_EQ(read_csv(folder / "tables/runs.csv").rows, contents.runs.rows);
  expect_words(read_file(folder / "tables/pairs.tex"), {"\\toprule", "$-$"});
  for (const std::string name : {"forest", "heat_map"})
    for (const std::string format : {".svg", ".pdf", ".png", ".gp", ".tsv"})
      EXPECT_TRUE(std::filesystem::exists(folder / ("figures/" + name + format))) << name << format;
}

}  // namespace
}  // namespace myoseg
