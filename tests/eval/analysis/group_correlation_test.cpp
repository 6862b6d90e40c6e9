// Correlation of columns with a condition, stratum by stratum.
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "eval/statistics/correlation.h"
#include "tests/eval/analysis/analysed.h"

namespace myoseg {
namespace {

// Four women and five men; one woman's SMI and one man's sex are not known.
Table cohort() {
  Table table;
  table.source = "cohort.csv";
  table.columns = {"case", "sex", "height_m", "smi", "volume_ml_sartorius", "volume_ml_gracilis"};
  table.rows = {{"a", "F", "1.60", "5.1", "110", "60"}, {"b", "F", "1.70", "5.3", "120", "66"},
                {"c", "F", "1.65", "5.4", "150", "70"}, {"d", "F", "1.55", "6.0", "160", "64"},
                {"e", "F", "1.60", "NA", "140", "69"},  {"f", "M", "1.80", "6.9", "170", "80"},
                {"g", "m", "1.75", "6.5", "180", "NA"}, {"h", "M", "1.78", "7.0", "230", "95"},
                {"i", "M", "1.82", "7.7", "260", "99"}, {"j", "", "1.82", "7.7", "260", "99"}};
  return table;
}

constexpr const char* kSarcopenia =
    "condition: smi, condition_name: sarcopenia, strata: sex, cut_offs: [{stratum: F, below: 5.4}, "
    "{stratum: M, below: 7.0}]";

AnalysisResult correlated(const std::string& more, const Table& table = cohort()) {
  return analysed("{group_correlation: {" + more + "}}", table);
}
std::string cell(const Table& table, std::size_t row, const char* column) {
  return table.rows[row][table.column(column)];
}
double number(const Table& table, std::size_t row, const char* column) {
  return table.number(row, table.column(column));
}

TEST(GroupCorrelation, IsPearsonsOfOneAndZeroInEachStratum) {
  const AnalysisResult result =
      correlated(std::string(kSarcopenia) + ", prefix: volume_ml_, columns: [sartorius]");
  ASSERT_EQ(result.exact.rows.size(), 2U);
  EXPECT_EQ(cell(result.exact, 0, "of"), "sartorius");
  EXPECT_EQ(cell(result.exact, 0, "stratum"), "F");
  EXPECT_EQ(cell(result.exact, 0, "n"), "4");
  EXPECT_EQ(cell(result.exact, 0, "with"), "2") << "5.4 is not below 5.4";
  // (mean with - mean without) / SD with n * sqrt(share with * share without).
  EXPECT_NEAR(number(result.exact, 0, "r"), (115.0 - 155.0) / std::sqrt(425.0) * 0.5, 1e-12);
  EXPECT_NEAR(number(result.exact, 0, "mean_with"), 115, 1e-12);
  const auto men =
      statistics::pearson(std::vector<double>{1, 1, 0, 0}, std::vector<double>{170, 180, 230, 260});
  EXPECT_EQ(cell(result.exact, 1, "stratum"), "M");
  EXPECT_NEAR(number(result.exact, 1, "r"), men.coefficient.value, 1e-12);
  EXPECT_NEAR(number(result.exact, 1, "ci_low"), men.ci.low, 1e-12);
  EXPECT_NEAR(number(result.exact, 1, "p"), men.p.value, 1e-12);
}

TEST(GroupCorrelation, SumsColumnsAndDividesByTheSquareOfTheHeight) {
  const AnalysisResult result =
      correlated(std::string(kSarcopenia) +
                 ", prefix: volume_ml_, height: height_m, groups: [{name: anterior, columns: "
                 "[sartorius, gracilis]}]");
  const auto women =
      statistics::pearson(std::vector<double>{1, 1, 0, 0},
                          std::vector<double>{170 / (1.6 * 1.6), 186 / (1.7 * 1.7),
                                              220 / (1.65 * 1.65), 224 / (1.55 * 1.55)});
  EXPECT_EQ(cell(result.exact, 0, "of"), "anterior");
  EXPECT_NEAR(number(result.exact, 0, "r"), women.coefficient.value, 1e-12);
  EXPECT_EQ(cell(result.exact, 1, "n"), "3") << "one man lacks a muscle";
}

TEST(GroupCorrelation, SaysCodingCorrectionAndWhoIsLeftOut) {
  const AnalysisResult result =
      correlated(std::string(kSarcopenia) +
                 ", prefix: volume_ml_, columns: [sartorius, gracilis], correction: bonferroni");
  ASSERT_EQ(result.exact.rows.size(), 4U);
  const double tests = 3;  // the men's gracilis has one case with sarcopenia
  EXPECT_NEAR(number(result.exact, 0, "p_adjusted"),
              std::min(1.0, tests * number(result.exact, 0, "p")), 1e-12);
  EXPECT_EQ(result.readable.columns[2], "With sarcopenia");
  EXPECT_EQ(result.readable.columns.back(), "p, Bonferroni");
  ASSERT_GE(result.notes.size(), 3U);
  EXPECT_NE(result.notes[0].find("1: smi below 5.4 (F), below 7 (M); 0: the others."),
            std::string::npos)
      << result.notes[0];
  EXPECT_NE(result.notes[1].find("2 cases"), std::string::npos) << result.notes[1];
  ASSERT_EQ(result.figures.size(), 1U);
  EXPECT_NE(result.figures[0].script.find("F (2 + 2)"), std::string::npos);
}

TEST(GroupCorrelation, WithoutTwoCasesOfEachOrAnySpreadSaysWhy) {
  const AnalysisResult few =
      correlated(std::string(kSarcopenia) + ", prefix: volume_ml_, columns: [gracilis]");
  EXPECT_EQ(cell(few.exact, 1, "r"), "NA");
  EXPECT_NE(cell(few.exact, 1, "note").find("found 1 and 2"), std::string::npos);
  EXPECT_EQ(cell(few.exact, 1, "p_adjusted"), "NA");
  Table equal = cohort();
  for (auto& row : equal.rows) row[4] = "100";
  const AnalysisResult flat =
      correlated(std::string(kSarcopenia) + ", prefix: volume_ml_, columns: [sartorius]", equal);
  EXPECT_EQ(cell(flat.exact, 0, "r"), "NA");
  EXPECT_NE(cell(flat.exact, 0, "note").find("equal"), std::string::npos);
}

TEST(GroupCorrelation, TakesAColumnOfOnesAndZerosAndAllCasesTogether) {
  Table table = cohort();
  table.columns.push_back("weak");
  for (std::size_t r = 0; r < table.rows.size(); ++r) table.rows[r].push_back(r < 4 ? "1" : "0");
  const AnalysisResult result = correlated("condition: weak, columns: [smi]", table);
  ASSERT_EQ(result.exact.rows.size(), 1U);
  EXPECT_EQ(cell(result.exact, 0, "n"), "9");
  const AnalysisResult cut =
      correlated("condition: smi, cut_offs: [{below: 6.2}], columns: [volume_ml_sartorius]");
  EXPECT_EQ(cell(cut.exact, 0, "with"), "4");
}

TEST(GroupCorrelation, RefusesWhatItCannotDecide) {
  const auto said = [](const std::string& more, const std::string& word) {
    try {
      (void)correlated(more);
      ADD_FAILURE() << "was taken: " << more;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  };
  said("condition: smi, columns: [height_m]", "neither 0 nor 1");
  said("condition: smi, strata: sex, cut_offs: [{stratum: F, below: 5.4}], columns: [height_m]",
       "'M'");
  said("condition: smi, strata: sex, cut_offs: [{below: 5.4}], columns: [height_m]", "stratum");
  said("condition: smi, strata: sexes, columns: [height_m]", "has no column 'sexes'");
  said("condition: smi, cut_offs: [{below: 6}]", "columns or groups");
}

}  // namespace
}  // namespace myoseg
