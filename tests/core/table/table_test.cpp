#include "core/table/table.h"

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

// What the message of a table that is refused says.
std::string refusal(const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    return error.what();
  }
  return "not refused";
}

std::string utf16(const std::u16string& text, bool big_endian) {
  std::string bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    bytes += {big_endian ? high : low, big_endian ? low : high};
  }
  return bytes;
}

TEST(Table, ReadsWhatExcelWrites) {
  for (const std::string& text :
       {std::string("\xEF\xBB\xBFsep=;\r\nFall;Wert;\r\nä;0,91;\r\n;;\r\nb;-1,5e3;\r\n"),
        std::string("Fall;Wert\rä;0,91\rb;-1500\r"),
        utf16(u"Fall\tWert\r\nä\t0.91\r\nb\t-1500\r\n", false),
        utf16(u"Fall\tWert\r\nä\t0.91\r\nb\t-1500\r\n", true)}) {
    const Table table = parse(text);
    EXPECT_EQ(table.columns, (std::vector<std::string>{"Fall", "Wert"})) << text;
    ASSERT_EQ(table.rows.size(), 2U) << text;
    EXPECT_EQ(table.rows[0][0], "ä");
    EXPECT_EQ(table.number(0, 1), 0.91);
    EXPECT_EQ(table.number(1, 1), -1500);
  }
  EXPECT_EQ(parse(utf16(u"a\n\U0001F9B4\n", false)).rows[0][0], "\U0001F9B4");
}

TEST(Table, RefusesByNameWhatIsNoTextTable) {
  EXPECT_NE(refusal("PK\x03\x04...").find("workbook"), std::string::npos);
  EXPECT_NE(refusal("case\nM\xFCller\n").find("t.csv:2: is not UTF-8"), std::string::npos);
  EXPECT_NE(refusal(std::string("a\0b\0", 4)).find("not UTF-8"), std::string::npos);
  EXPECT_NE(refusal("case,patient,Patient \n").find("'patient' and 'Patient'"), std::string::npos);
  EXPECT_NE(refusal("a;b\n0,5;1.234\n").find("decimal commas (column a)"), std::string::npos);
  EXPECT_EQ(parse("a,b\n\"1,234\",x\n").rows[0][0], "1,234");
  EXPECT_THROW((void)parse("a,b\n\"1,234\",x\n").number(0, 0), Error);
}

TEST(Table, NamesAreMatchedWithoutBlanksAndCase) {
  const Table table = parse(" Case , Patient\n P1 ,x\n\xC2\xA0p2,y\n");
  EXPECT_EQ(table.column("case"), 0U);
  EXPECT_EQ(table.column("PATIENT "), 1U);
  const RowIndex rows(table, 0);
  EXPECT_EQ(rows.find("p1"), 0U);
  EXPECT_EQ(rows.find("P2"), 1U);
  EXPECT_FALSE(rows.find("P3"));
  const Table twice = parse("case\nA\na\n"), empty = parse("case,b\n,x\n");
  EXPECT_THROW(RowIndex(twice, 0), Error);
  EXPECT_THROW(RowIndex(empty, 0), Error);
}

TEST(Table, KnowsNamesThatLostTheirZeros) {
  const Table table = parse("case\n7\n0\n");
  const RowIndex rows(table, 0);
  EXPECT_EQ(rows.without_zeros("007"), "7");
  EXPECT_EQ(rows.without_zeros("000"), "0");
  EXPECT_FALSE(rows.without_zeros("7"));
  EXPECT_FALSE(rows.without_zeros("070"));
  EXPECT_FALSE(rows.without_zeros(""));
}

TEST(Table, ColumnsWithoutANameStayWhenTheyHoldSomething) {
  EXPECT_EQ(parse(",case\n0,a\n").columns.size(), 2U);
  EXPECT_EQ(parse("case,,\na,,\n").columns.size(), 1U);
}

TEST(Table, OwnCsvOpensInSpreadsheets) {
  EXPECT_EQ(to_csv({"", {"a"}, {{"b"}}}), "a\nb\n");
  EXPECT_TRUE(to_csv({"", {"a"}, {{"ä"}}}).starts_with("\xEF\xBB\xBF"));
}

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
