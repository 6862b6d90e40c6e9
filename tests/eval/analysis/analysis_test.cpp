#include "eval/analysis/analysis.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/eval/analysis/analysed.h"

namespace myoseg {
namespace {

// Anscombe's first and second set (The American Statistician 27, 1973), one y missing.
Table anscombe() {
  Table table;
  table.source = "anscombe.csv";
  table.columns = {"case", "x", "y1", "y2", "ill"};
  const char* const rows[][3] = {
      {"10", "8.04", "9.14"}, {"8", "6.95", "8.14"},  {"13", "7.58", "8.74"},
      {"9", "8.81", "8.77"},  {"11", "8.33", "9.26"}, {"14", "9.96", "8.10"},
      {"6", "7.24", "6.13"},  {"4", "4.26", "3.10"},  {"12", "10.84", "9.13"},
      {"7", "4.82", "7.26"},  {"5", "5.68", "4.74"},  {"20", "NA", "9.99"}};
  for (const auto& row : rows)
    table.rows.push_back({std::to_string(table.rows.size()), row[0], row[1], row[2],
                          table.rows.size() % 2 == 0 ? "1" : "0"});
  return table;
}

AnalysisResult analysed(const std::string& yaml) { return analysed(yaml, anscombe()); }

TEST(Analysis, CorrelationOfEveryTwoColumnsOverTheCasesThatHaveBoth) {
  const AnalysisResult result = analysed("{correlation: {columns: [x, y1, y2]}}");
  ASSERT_EQ(result.exact.rows.size(), 3U);
  EXPECT_EQ(result.exact.rows[0][0], "x");
  EXPECT_EQ(result.exact.rows[0][1], "y1");
  EXPECT_EQ(result.exact.rows[0][2], "11");
  EXPECT_NEAR(result.exact.number(0, 3), 0.81642051634484, 1e-12);  // R: cor(x1, y1)
  EXPECT_NEAR(result.exact.number(0, 6), 0.00216962887307879, 1e-12);
  EXPECT_EQ(result.exact.rows[1][2], "12") << "the case without y1 has x and y2";
  EXPECT_EQ(result.readable.rows[0][3], "0.816");
  ASSERT_EQ(result.figures.size(), 1U);
  EXPECT_NE(result.figures[0].data.find("0.82"), std::string::npos);
}

TEST(Analysis, SpearmanIsOfRanks) {
  const AnalysisResult result = analysed("{correlation: {columns: [x, y1], method: spearman}}");
  EXPECT_NEAR(result.exact.number(0, 3), 0.818181818181818, 1e-12);  // R: method = "spearman"
}

TEST(Analysis, ColumnsAreDescribedAndCompared) {
  const AnalysisResult result = analysed("{columns: {columns: [y1, y2]}}");
  EXPECT_EQ(result.title, "y1, y2");
  EXPECT_EQ(result.exact.rows.front()[0], "mean");
  EXPECT_NEAR(result.exact.number(0, 3), 7.500909090909091, 1e-12);
  EXPECT_EQ(result.exact.rows.size(), result.readable.rows.size());
  EXPECT_TRUE(result.figures.empty());
}

TEST(Analysis, SaysWhichColumnIsNotThere) {
  try {
    (void)analysed("{correlation: {columns: [x, y3]}}");
    FAIL() << "the column was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    for (const char* part : {"anscombe.csv", "'y3'", "did you mean"})
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

// What every entry of the table must do: say what it lacks, and give tables that can be shown.
TEST(Analysis, EveryEntryNeedsItsColumnsAndGivesTables) {
  const auto entries = table(static_cast<const AnalysisEntry*>(nullptr));
  ASSERT_FALSE(entries.empty());
  for (const AnalysisEntry* entry : entries) {
    const std::string name(entry->name);
    EXPECT_THROW((void)analysed("{" + name + ": {}}"), Error) << name;
    const AnalysisResult result =
        name == "regression"
            ? analysed("{regression: {response: y1, terms: [x]}}")
            : analysed("{" + name + ": {columns: [x, y1]" +
                       (name == "group_correlation" ? ", condition: ill" : "") + "}}");
    EXPECT_FALSE(result.title.empty()) << name;
    EXPECT_FALSE(result.text.empty()) << name;
    for (const Table* made : {&result.exact, &result.readable}) {
      ASSERT_FALSE(made->rows.empty()) << name;
      for (const auto& row : made->rows) EXPECT_EQ(row.size(), made->columns.size()) << name;
    }
    for (const AnalysisTable& more : result.more) {
      EXPECT_TRUE(more.name.starts_with(name)) << more.name;
      for (const Table* made : {&more.exact, &more.readable})
        for (const auto& row : made->rows) EXPECT_EQ(row.size(), made->columns.size()) << more.name;
    }
    for (const Figure& figure : result.figures)
      EXPECT_TRUE(figure.name.starts_with(name)) << figure.name;
  }
}

}  // namespace
}  // namespace myoseg
