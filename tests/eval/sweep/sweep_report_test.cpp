#include "eval/sweep/report.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "eval/draw/readable.h"
#include "eval/sweep/contents.h"
#include "tests/eval/sweep/sweep_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(SweepReport, TheBestRunIsFirstAndFailuresAreLast) {
  SweepReportInput input = small_sweep();
  input.rows.push_back(done("g", {"fcn", "1"}, kNaN));
  input.rows.back().state = RunState::stopped;
  const Table table = SweepContents(input).table;
  EXPECT_EQ(table.columns,
            (std::vector<std::string>{"rank", "model", "rate", "Dice", "seconds", "peak_memory_mib",
                                      "parameters", "state", "run", "failure"}));
  std::string order, ranks;
  for (const auto& row : table.rows) {
    order += row[8];
    ranks += row[0] + " ";
  }
  EXPECT_EQ(order, "bdacfge");
  EXPECT_EQ(ranks, "1 1 3 4 NA NA NA ");
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"1", "unet", "0.01", "0.75", "20", "NA", "NA",
                                                     "done", "b", ""}));
  EXPECT_EQ(table.rows[6], (std::vector<std::string>{"NA", "fcn", "0.01", "0.99", "NA", "NA", "NA",
                                                     "failed", "e", "No room."}));
  input.rows[0].settings.pop_back();
  EXPECT_THROW((void)SweepContents(input).table, Error);
}

TEST(SweepReport, RunsThatDifferByRoundingShareARankInTheirOrder) {
  SweepReportInput input;
  input.keys = {"model"};
  input.score_names = {"Dice"};
  input.rows = {done("a", {"x"}, 0.3), done("b", {"y"}, 0.1 + 0.2), done("c", {"z"}, 0.2),
                done("d", {"u"}, 0.1)};
  const Table table = SweepContents(input).table;
  std::string order, ranks;
  for (const auto& row : table.rows) {
    ranks += row[0];
    order += row[table.column("run")];
  }
  EXPECT_EQ(order, "abcd");
  EXPECT_EQ(ranks, "1134");
  input.better = Better::near_zero;
  input.rows[3].scores = {-0.2};
  EXPECT_EQ(SweepContents(input).table.rows[1][0], "1");
}

TEST(SweepReport, OfDistancesTheSmallestIsFirst) {
  SweepReportInput input = small_sweep();
  input.better = Better::lower;
  const Table table = SweepContents(input).table;
  std::string order;
  for (const auto& row : table.rows) order += row[8];
  EXPECT_EQ(order, "cabdfe");
  input.better = Better::near_zero;
  input.rows[2].scores = {-0.6};
  EXPECT_EQ(SweepContents(input).table.rows[0][8], "a");
}

TEST(SweepReport, ReadersGetRoundedNumbersWithUnits) {
  SweepReportInput input = small_sweep();
  input.rows[1].seconds = 3725;
  input.rows[1].peak_memory_mib = 512.4;
  input.rows[1].parameters = 1'940'000;
  const Table table = SweepContents(input).readable;
  EXPECT_EQ(table.columns[0], "#");
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"1", "unet", "0.01", "0.750", "1 h 02 min",
                                                     "512", "1.94 M", "done", "b", ""}));
  EXPECT_EQ(table.rows[4][0], "–");
  EXPECT_EQ(table.rows[4][3], "–");
  EXPECT_EQ(duration_text(0.04), "0.0 s");
  EXPECT_EQ(duration_text(59.96), "1 min 00 s");
  EXPECT_EQ(duration_text(3599.7), "1 h 00 min");
}

TEST(SweepReport, WhatUsersWroteIsShownAndNothingElse) {
  const testing::TemporaryFolder folder;
  SweepReportInput input;
  input.folder = folder.path();
  input.title = "<script>alert(1)</script>";
  input.data_note = "a & b";
  input.keys = {"loss.`touch pwned`", "50% \"x\" {y}\nz"};
  input.score_names = {"Dice <i>", "IoU"};
  int i = 0;
  for (const std::string loss : {"`touch pwned`", "%d \\ \"a\" $0", "{{title}}", ""})
    for (const std::string part : {"@a", "b_c^d", "<b>&"}) {
      SweepRow row = done("run\n" + std::to_string(i), {loss, part}, 0.5 + 0.02 * i, 10 + 3 * i);
      row.scores.push_back(0.3);
      row.report = "run " + std::to_string(i++) + "#a:b?/report.html";
      input.rows.push_back(row);
    }
  input.rows[3] = failed("bad", {"x", "y"}, "The loss is <NaN> in epoch 3.");
  input.rows[3].scores.push_back(kNaN);
  input.provenance = {{"Seed", "1 < 2"}};
  write_sweep_report(input);

  EXPECT_FALSE(std::filesystem::exists(folder / "figures/pwned"));
  EXPECT_FALSE(std::filesystem::exists("pwned"));
  const std::string page = read_file(folder / "report.html");
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("<b>&<"), std::string::npos);
  EXPECT_EQ(page.find("Dice <i>"), std::string::npos);
  for (const std::string part :
       {"&lt;script&gt;alert", "The loss is &lt;NaN&gt; in epoch 3.", "1 &lt; 2", "{{title}}",
        "href=\"./run%200%23a%3Ab%3F/report.html\"", "1 failed"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  for (const std::string outside : {"src=\"http", "href=\"http", "url(http", "<link"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  EXPECT_EQ(read_csv(folder / "table.csv").rows, SweepContents(input).table.rows);
  // Without the backslash it would be a tag, which no reader of Markdown shows.
  EXPECT_NE(read_file(folder / "table.md").find("The loss is \\<NaN>"), std::string::npos);
  // All three are drawn, whatever the texts are.
  for (const std::string name : {"main_effects", "parallel_coordinates", "cost"})
    for (const std::string format : {".svg", ".pdf", ".png", ".gp", ".tsv"})
      EXPECT_TRUE(std::filesystem::exists(folder / ("figures/" + name + format))) << name << format;
}

TEST(SweepReport, ASweepWithoutARunHasAPage) {
  const testing::TemporaryFolder folder;
  SweepReportInput input;
  input.folder = folder.path();
  input.keys = {"rate"};
  input.score_names = {"Dice"};
  input.rows = {failed("only", {"1"}, "Out of memory.")};
  write_sweep_report(input);
  const std::string page = read_file(folder / "report.html");
  EXPECT_NE(page.find("Left out. None of 1 runs"), std::string::npos);
  EXPECT_NE(page.find("Out of memory."), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder / "figures"));
}

}  // namespace
}  // namespace myoseg
