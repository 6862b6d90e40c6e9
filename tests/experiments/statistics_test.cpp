// Statistics of any table's columns.
#include <map>

#include "core/files.h"
#include "core/table.h"
#include "tests/experiments/program_test.h"

namespace myoseg {
namespace {

class Statistics : public testing::ProgramTest {};

TEST_F(Statistics, ColumnsOfOneTable) {
  write_file(folder_ / "t.csv", "case,a,b\nx,1,2\ny,2,4\nz,3,6\nw,4,NA\n");
  run({"statistics", "tables=[t.csv]", "columns=[a,b]", "out=s.csv"});
  const Table table = read_csv(folder_ / "s.csv");
  std::map<std::string, std::size_t> row;
  for (std::size_t r = 0; r < table.rows.size(); ++r) row.emplace(table.rows[r][0], r);
  EXPECT_EQ(table.rows[row.at("bias")][table.column("n")], "3");
  EXPECT_NEAR(table.number(row.at("bias"), table.column("value")), -2, 1e-12);
  EXPECT_NEAR(table.number(row.at("Pearson r"), table.column("value")), 1, 1e-12);
  // All differences are negative: W = 0, exact two-sided p = 2 / 2^3.
  EXPECT_NEAR(table.number(row.at("Wilcoxon W"), table.column("value")), 0, 1e-12);
  EXPECT_NEAR(table.number(row.at("Wilcoxon W"), table.column("p")), 0.25, 1e-12);
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

TEST_F(Statistics, GroupsOfOneColumn) {
  write_file(folder_ / "t.csv", "case,sex,smi\na,f,1\nb,f,2\nc,m,3\nd,m,4\n");
  run({"statistics", "tables=[t.csv]", "columns=[smi]", "group=sex", "out=s.csv"});
  const Table table = read_csv(folder_ / "s.csv");
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    if (table.rows[r][0] == "Mann-Whitney U") {
      EXPECT_NEAR(table.number(r, table.column("value")), 0, 1e-12);
      EXPECT_NEAR(table.number(r, table.column("p")), 1.0 / 3, 1e-12);  // 2 of 6 orders
    }
    if (table.rows[r][0] == "difference of means") {
      EXPECT_NEAR(table.number(r, table.column("value")), -2, 1e-12);
    }
  }
}

}  // namespace
}  // namespace myoseg
