// Statistics of any table's columns.
#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <map>

#include "core/files.h"
#include "core/table/table.h"
#include "tests/experiments/program_test.h"

namespace myoseg {
namespace {

class Statistics : public testing::ProgramTest {};

// The cells of a column by what stands first in their rows; `at` throws where there is none.
std::map<std::string, double> by_row(const Table& table, const std::string& column) {
  std::map<std::string, double> cells;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    cells.emplace(table.rows[r][0], table.number(r, table.column(column)));
  return cells;
}

TEST_F(Statistics, ColumnsOfOneTable) {
  write_file(folder_ / "t.csv", "case,a,b\nx,1,2\ny,2,4\nz,3,6\nw,4,NA\n");
  run({"statistics", "tables=[t.csv]", "columns=[a,b]", "out=s.csv"});
  const Table table = read_csv(folder_ / "s.csv");
  const auto value = by_row(table, "value");
  EXPECT_EQ(by_row(table, "n").at("bias"), 3);
  EXPECT_NEAR(value.at("bias"), -2, 1e-12);
  EXPECT_NEAR(value.at("Pearson r"), 1, 1e-12);
  // All differences are negative: W = 0, exact two-sided p = 2 / 2^3.
  EXPECT_NEAR(value.at("Wilcoxon W"), 0, 1e-12);
  EXPECT_NEAR(by_row(table, "p").at("Wilcoxon W"), 0.25, 1e-12);
}

// Dice with two decimals and the same in percent: every p is that of whole numbers.
TEST_F(Statistics, UnitsChangeNoTie) {
  const int a[] = {94, 89, 92, 88, 83, 78, 86, 81, 91, 94, 82, 94};
  const int b[] = {93, 90, 89, 91, 84, 80, 87, 83, 92, 93, 85, 95};
  std::string dice = "case,a,b\n", percent = dice;
  for (int i = 0; i < 12; ++i) {
    dice += fmt::format("c{},0.{},0.{}\n", i, a[i], b[i]);
    percent += fmt::format("c{},{},{}\n", i, a[i], b[i]);
  }
  write_file(folder_ / "dice.csv", dice);
  write_file(folder_ / "percent.csv", percent);
  run({"statistics", "tables=[dice.csv]", "columns=[a,b]", "out=s.csv"});
  run({"statistics", "tables=[percent.csv]", "columns=[a,b]", "out=t.csv"});
  const auto s = by_row(read_csv(folder_ / "s.csv"), "p");
  const auto t = by_row(read_csv(folder_ / "t.csv"), "p");
  EXPECT_EQ(s.size(), t.size());
  for (const auto& [test, p] : t)
    EXPECT_TRUE(std::isnan(p) ? std::isnan(s.at(test)) : std::abs(s.at(test) - p) <= 1e-9 * p)
        << test << ": " << s.at(test) << " and " << p;
  EXPECT_NEAR(s.at("Wilcoxon W"), 0.11962890625, 1e-12);  // SciPy 1.17.1
}

TEST_F(Statistics, CellsWithoutANumberAreLeftOutHoweverWritten) {
  const std::string head = "case,a,b\nu,1,2\nv,2,2.5\nw,", tail = ",3\nx,4,4.5\ny,5,5.2\n";
  write_file(folder_ / "t.csv", head + tail);
  const testing::Outcome expected = run({"statistics", "tables=[t.csv]", "columns=[a,b]"});
  expect_words(expected, {"(n = 4)", "exact; 0 without"});
  for (const char* cell : {"NA", "nan", "NaN"}) {
    write_file(folder_ / "t.csv", head + cell + tail);
    EXPECT_EQ(run({"statistics", "tables=[t.csv]", "columns=[a,b]"}).text, expected.text) << cell;
  }
  write_file(folder_ / "t.csv", head + "1e999" + tail);
  expect_words(run({"statistics", "tables=[t.csv]", "columns=[a,b]"}, 3),
               {"row 4", "'a'", "1e999", "too large"});
}

// 68 pairs on a line but for some noise: the p of r is below every normal double.
TEST_F(Statistics, SubnormalNumbersArePrinted) {
  std::string text = "case,a,b\n";
  for (int i = 0; i < 68; ++i)
    text += fmt::format("c{},{},{}\n", i, 100 * i, 100 * i + (i * 7919) % 13 * 0.01);
  write_file(folder_ / "t.csv", text);
  expect_words(run({"statistics", "tables=[t.csv]", "columns=[a,b]", "out=s.csv"}), {"e-313"});
  const double p = by_row(read_csv(folder_ / "s.csv"), "p").at("Pearson r");
  EXPECT_GT(p, 0);
  EXPECT_LT(p, std::numeric_limits<double>::min());
}

TEST_F(Statistics, WhatIsUndefinedSaysWhy) {
  write_file(folder_ / "t.csv", "case,a,b\nu,10,14\nv,12,11\nw,14,9\nx,9,13\ny,11,12\n");
  const testing::Outcome said = run({"statistics", "tables=[t.csv]", "columns=[a,b]", "out=s.csv"});
  expect_words(said, {"the variance is not positive"});
  const Table table = read_csv(folder_ / "s.csv");
  for (const char* icc : {"ICC(2,k)", "ICC(2,1)"})
    for (const char* column : {"value", "ci_low"})
      EXPECT_TRUE(std::isnan(by_row(table, column).at(icc))) << icc << " " << column;
  write_file(folder_ / "t.csv", "case,a,b\nu,1,2\nv,2,4\n");
  expect_words(run({"statistics", "tables=[t.csv]", "columns=[a,b]"}),
               {"needs at least 3 pairs, found 2"});
}

TEST_F(Statistics, TablesAreJoinedByCase) {
  write_file(folder_ / "one.csv", "case,dice\nx,0.5\ny,0.6\nz,0.8\n");
  write_file(folder_ / "two.csv", "case,dice\nz,0.8\ny,0.7\nx,0.7\n");
  expect_words(run({"statistics", "tables=[one.csv,two.csv]", "columns=[one.dice,two.dice]"}),
               {"one.dice - two.dice (n = 3)", "-0.1"});
  expect_words(run({"statistics", "tables=[one.csv,two.csv]", "columns=[one.dice,two.dic]"}, 3),
               {"two.dic", "did you mean 'two.dice'"});
  write_file(folder_ / "two.csv", "case,dice\nz,0.8\ny,0.7\n");
  expect_words(run({"statistics", "tables=[one.csv,two.csv]", "columns=[one.dice,two.dice]"}, 3),
               {"same rows", "'x'"});
}

TEST_F(Statistics, ColumnsGoWithAConditionInEachStratum) {
  write_file(folder_ / "t.csv",
             "case,sex,smi,volume\na,f,5,1\nb,f,5.3,2\nc,f,5.4,3\nd,f,6,4\ne,m,6.9,3\n");
  const testing::Outcome said =
      run({"statistics", "tables=[t.csv]", "analysis=group_correlation", "condition=smi",
           "strata=sex", "cut_offs=[{stratum: f, below: 5.4}, {stratum: m, below: 7}]",
           "columns=[volume]", "out=s.csv", "figures=figures"});
  expect_words(said, {"Volume, f (2 with, 2 without)", "found 1 and 0"});
  const Table table = read_csv(folder_ / "s.csv");
  EXPECT_NEAR(table.number(0, table.column("r")), -2 / std::sqrt(5), 1e-12);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "figures/group_correlation.svg"));
}

TEST_F(Statistics, GroupsOfOneColumn) {
  write_file(folder_ / "t.csv", "case,sex,smi\na,f,1\nb,f,2\nc,m,3\nd,m,4\n");
  run({"statistics", "tables=[t.csv]", "columns=[smi]", "group=sex", "out=s.csv"});
  const Table table = read_csv(folder_ / "s.csv");
  EXPECT_NEAR(by_row(table, "value").at("Mann-Whitney U"), 0, 1e-12);
  EXPECT_NEAR(by_row(table, "p").at("Mann-Whitney U"), 1.0 / 3, 1e-12);  // 2 of 6 orders
  EXPECT_NEAR(by_row(table, "value").at("difference of means"), -2, 1e-12);
}

}  // namespace
}  // namespace myoseg
