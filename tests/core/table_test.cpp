#include "core/table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

Table parse(const std::string& text) {
  const testing::TemporaryFolder folder;
  write_file(folder / "t.csv", text);
  return read_csv(folder / "t.csv");
}

TEST(Table, ReadsQuotesLineEndsAndByteOrderMark) {
  const Table table = parse(
      "\xEF\xBB\xBF"
      "case,note\r\na,\"one, \"\"two\"\"\nthree\"\r\n\r\nb,\r\n");
  EXPECT_EQ(table.columns, (std::vector<std::string>{"case", "note"}));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0][1], "one, \"two\"\nthree");
  EXPECT_EQ(table.rows[1][1], "");
}

TEST(Table, UnderstandsSemicolons) { EXPECT_EQ(parse("a;b\n1;2\n").rows[0][1], "2"); }

TEST(Table, SurvivesItsOwnCsv) {
  Table table;
  table.columns = {"a", "b,c"};
  table.rows = {{"", "\"x\""}, {"line\nbreak", "ü"}};
  const Table again = parse(to_csv(table));
  EXPECT_EQ(again.columns, table.columns);
  EXPECT_EQ(again.rows, table.rows);
}

TEST(Table, NamesTheRowThatDoesNotFit) {
  try {
    parse("a,b\n1,2\n3\n");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("t.csv:3: has 1 cells where the header has 2"),
              std::string::npos)
        << error.what();
    EXPECT_EQ(error.code(), ExitCode::bad_data);
  }
}

TEST(Table, NumbersAreCheckedAndRoundTrip) {
  const Table table = parse("v\n0.1\nNA\nx\n");
  EXPECT_EQ(table.number(0, 0), 0.1);
  EXPECT_TRUE(std::isnan(table.number(1, 0)));
  EXPECT_THROW((void)table.number(2, 0), Error);
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(std::nan("")), "NA");
}

TEST(Table, MissingIsWrittenInManyWays) {
  for (const char* cell : {"", " ", "NA", "na", "nan", "NaN", "NAN", " nan "})
    EXPECT_TRUE(is_missing(cell)) << cell;
  for (const char* cell : {"0", "none", "inf", "Nancy"}) EXPECT_FALSE(is_missing(cell)) << cell;
}

TEST(Table, NumbersOfAnySize) {
  const Table table = parse("v\n5e-324\n1e-310\n1e-400\n-1E-999\n1e999\n");
  EXPECT_EQ(table.number(0, 0), 5e-324);
  EXPECT_EQ(table.number(1, 0), 1e-310);
  EXPECT_EQ(table.number(2, 0), 0);
  EXPECT_EQ(table.number(3, 0), 0);
  EXPECT_THROW((void)table.number(4, 0), Error);
  EXPECT_EQ(table.number(0, 0), parse("v\n" + format_number(5e-324) + "\n").number(0, 0));
}

}  // namespace
}  // namespace myoseg
