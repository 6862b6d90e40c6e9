#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "eval/analysis/regression_model.h"
#include "tests/eval/analysis/analysed.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

// Made by NumPy: volume of muscle by age, sex and area in a radiograph. What is expected of it is
// of statsmodels 0.15.0 and patsy 1.0.3.
Table made_cohort() {
  Table table;
  table.source = "made.csv";
  table.columns = {"case", "age", "sex", "area", "volume"};
  const char* const rows[][4] = {{"70", "F", "452.9", "3359.8"}, {"76", "M", "664.9", "7537.3"},
                                 {"41", "F", "598.1", "4963.3"}, {"76", "M", "636.4", "7210.5"},
                                 {"61", "M", "546.0", "6062.9"}, {"63", "F", "442.5", "2712.9"},
                                 {"68", "F", "596.0", "4962.4"}, {"52", "M", "632.2", "6846.9"},
                                 {"84", "F", "396.1", "2571.5"}, {"42", "M", "615.0", "6532.3"},
                                 {"52", "F", "430.2", "3022.0"}, {"57", "M", "582.2", "6344.0"},
                                 {"65", "M", "590.7", "6381.0"}, {"58", "F", "457.2", "3030.4"}};
  for (const auto& row : rows)
    table.rows.push_back({"c" + std::to_string(table.rows.size()), row[0], row[1], row[2], row[3]});
  return table;
}

AnalysisResult fitted(const std::string& terms, const Table& table = made_cohort(),
                      const std::string& more = "", const Table* training = nullptr) {
  return analysed("{regression: {response: volume, terms: [" + terms + "]" + more + "}}", table,
                  training);
}

double at(const Table& table, const std::string& row, const std::string& column) {
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    if (table.rows[r][0] == row) return table.number(r, table.column(column));
  throw data_error("no row '{}'", row);
}
const Table& more(const AnalysisResult& result, const std::string& name) {
  for (const AnalysisTable& table : result.more)
    if (table.name == "regression_" + name) return table.exact;
  throw data_error("no table '{}'", name);
}
std::vector<std::string> coefficients(const AnalysisResult& result) {
  std::vector<std::string> names;
  for (const auto& row : result.exact.rows) names.push_back(row[0]);
  return names;
}
std::string all_notes(const AnalysisResult& result) {
  std::string text;
  for (const std::string& note : result.notes) text += note + "\n";
  return text;
}

void expect_row(const Table& table, const std::string& name, const std::vector<double>& expected) {
  const char* const columns[] = {"estimate", "se", "t", "p", "ci_low", "ci_high", "vif"};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(at(table, name, columns[i]), expected[i], 1e-8 * std::abs(expected[i]))
        << name << " " << columns[i];
}

TEST(Regression, AgeSexAndSquaredAreaAsStatsmodels) {
  const AnalysisResult result = fitted("age, sex, area^2");
  EXPECT_EQ(coefficients(result), (std::vector<std::string>{"const", "age", "sex[M]", "area^2"}));
  expect_row(result.exact, "const",
             {437.474479006518, 342.923845635234, 1.27571903959067, 0.23089081854857,
              -326.60746472589, 1201.55642273893});
  expect_row(result.exact, "sex[M]",
             {1587.67793597698, 140.808018442863, 11.2754795752006, 5.23562791115734e-07,
              1273.93811941324, 1901.41775254072, 2.19001546976068});
  expect_row(result.exact, "age",
             {4.21384232924356, 3.99096525326907, 1.05584540626905, 0.315879461621102,
              -4.67858240849251, 13.1062670669796, 1.03969460030476});
  expect_row(result.exact, "area^2",
             {0.0118464637188884, 0.000773034014649535, 15.3246344848864, 2.84560495278507e-08,
              0.0101240365969409, 0.013568890840836, 2.24380265910194});
  const Table& fit = more(result, "fit");
  EXPECT_EQ(at(fit, "n", "value"), 14);
  EXPECT_NEAR(at(fit, "r2", "value"), 0.992694044329933, 1e-12);
  EXPECT_NEAR(at(fit, "adjusted_r2", "value"), 0.990502257628913, 1e-12);
  EXPECT_NEAR(at(fit, "f", "value"), 452.915442852147, 1e-6);
  EXPECT_NEAR(at(fit, "f_p", "value"), 5.61761894985439e-11, 1e-18);
  EXPECT_NEAR(at(fit, "residual_se", "value"), 178.007301960047, 1e-8);
  EXPECT_EQ(result.readable.rows[2][1], "M against F");
  EXPECT_EQ(result.figures.size(), 2U);
}

TEST(Regression, TransformsProductsAndCrossesAsStatsmodels) {
  const AnalysisResult logs = fitted("log(age), sqrt(area)");
  expect_row(logs.exact, "log(age)", {955.469833477818, 813.866784226085});
  expect_row(logs.exact, "sqrt(area)", {895.190792574408, 87.672827362057});
  const AnalysisResult crossed = fitted("age*sex, area");
  EXPECT_EQ(coefficients(crossed),
            (std::vector<std::string>{"const", "age", "sex[M]", "age:sex[M]", "area"}));
  expect_row(crossed.exact, "age:sex[M]",
             {8.62108111659811, 7.97311697219107, 1.08126861134322, 0.307697690695434,
              -9.41536255187184, 26.6575247850681, 33.2032532886153});
  EXPECT_NEAR(at(more(crossed, "fit"), "r2", "value"), 0.994410288620999, 1e-12);
  // A product alone, and what two terms name once.
  EXPECT_EQ(coefficients(fitted("age, age:area, age*area")),
            (std::vector<std::string>{"const", "age", "age:area", "area"}));
}

TEST(Regression, OddNamesReferencesAndCategoriesOfNumbers) {
  Table odd = made_cohort();
  odd.columns = {"case", "age*", "log(sex)", "area (cm^2)", "volume"};
  const AnalysisResult result = fitted("'age*', log(sex), '`area (cm^2)`^2'", odd);
  EXPECT_EQ(coefficients(result),
            (std::vector<std::string>{"const", "age*", "log(sex)[M]", "area (cm^2)^2"}));
  expect_row(result.exact, "log(sex)[M]", {1587.67793597698, 140.808018442863});
  const AnalysisResult against_men =
      fitted("age, sex, area^2", made_cohort(), ", reference: [{column: sex, level: M}]");
  expect_row(against_men.exact, "sex[F]", {-1587.67793597698, 140.808018442863});
  Table coded = made_cohort();
  for (auto& row : coded.rows) row[2] = row[2] == "M" ? "10" : "9";
  const AnalysisResult of_codes =
      fitted("age, sex, area^2", coded, ", categorical: [sex], confidence: 0.9");
  expect_row(of_codes.exact, "sex[10]", {1587.67793597698, 140.808018442863});
  EXPECT_EQ(of_codes.readable.columns[6], "90 % CI");
}

TEST(Regression, CasesOfATableAreEachPredictedByTheOthers) {
  const AnalysisResult result = fitted("age, sex, area^2");
  const Table& predicted = more(result, "predictions");
  ASSERT_EQ(predicted.rows.size(), 14U);
  EXPECT_NEAR(at(predicted, "c0", "predicted"), 3117.98219186864, 1e-7);
  EXPECT_NEAR(at(predicted, "c0", "low"), 2685.05303406954, 1e-7);
  EXPECT_NEAR(at(predicted, "c0", "high"), 3550.91134966775, 1e-7);
  EXPECT_NEAR(at(predicted, "c13", "predicted"), 3184.76845158847, 1e-7);
  EXPECT_NE(all_notes(result).find("leave-one-out"), std::string::npos);
  EXPECT_EQ(more(result, "agreement").rows[0][1], "14");
}

// The first nine train, the others are a test set whose areas two masks have.
struct FixedSplit {
  Table training, test;
  FixedSplit() {
    training = test = made_cohort();
    training.columns[3] = "area_label";
    training.rows.resize(9);
    test.rows.erase(test.rows.begin(), test.rows.begin() + 9);
    test.columns = {"case", "age", "sex", "area_label", "volume", "area", "fold"};
    for (auto& row : test.rows) row.insert(row.end(), {row[3], "0"});
    test.rows[0][5] = "625";
  }
};

TEST(Regression, OfAFixedSplitIsFittedOnTrainingCasesAndTriedWithBothMasks) {
  const FixedSplit split;
  const AnalysisResult result =
      fitted("age, sex, area^2", split.test, ", paper_icc: 0.9", &split.training);
  expect_row(result.exact, "const", {490.600318216603});
  expect_row(result.exact, "sex[M]", {1625.95791339636});
  expect_row(result.exact, "age", {3.06335002404489});
  const Table& predicted = more(result, "predictions");
  ASSERT_EQ(predicted.rows.size(), 5U);
  EXPECT_NEAR(at(predicted, "c9", "predicted_manual"), 6744.96793893, 1e-6);
  EXPECT_NEAR(at(predicted, "c9", "low_manual"), 6005.66391986, 1e-6);
  EXPECT_NEAR(at(predicted, "c9", "high_manual"), 7484.27195799, 1e-6);
  EXPECT_NEAR(at(predicted, "c9", "predicted_network") - at(predicted, "c9", "predicted_manual"),
              0.0118970163429254 * (625.0 * 625 - 615.0 * 615), 1e-6);
  EXPECT_EQ(at(predicted, "c13", "predicted_network"), at(predicted, "c13", "predicted_manual"));
  const Table& agreement = more(result, "agreement");
  ASSERT_EQ(agreement.rows.size(), 2U);
  EXPECT_EQ(agreement.rows[0][0], "manual mask");
  EXPECT_EQ(agreement.rows[1][0], "network's mask");
  EXPECT_EQ(at(agreement, "network's mask", "icc_paper"), 0.9);
  EXPECT_EQ(result.figures.size(), 3U);
  EXPECT_NE(all_notes(result).find("Fitted on the 9 cases that are never held out"),
            std::string::npos);
}

TEST(Regression, FoldsArePredictedByTheOtherFoldsAndByTheCasesOfNone) {
  Table cases = made_cohort();
  cases.columns.emplace_back("fold");
  for (std::size_t r = 0; r < cases.rows.size(); ++r) cases.rows[r].push_back(r < 9 ? "0" : "1");
  Table training = made_cohort();
  training.rows.clear();
  const AnalysisResult result = fitted("age, sex, area^2", cases, "", &training);
  expect_row(result.exact, "const", {437.474479006518});  // of all cases
  EXPECT_NEAR(at(more(result, "predictions"), "c9", "predicted"), 6744.96793893, 1e-6);
  EXPECT_NE(all_notes(result).find("Coefficients of all 14 cases"), std::string::npos);
  // The same cases as training ones of the second fold alone.
  Table second = cases;
  second.rows.erase(second.rows.begin(), second.rows.begin() + 9);
  training = cases;
  training.rows.resize(9);
  EXPECT_NEAR(
      at(more(fitted("age, sex, area^2", second, "", &training), "predictions"), "c9", "predicted"),
      6744.96793893, 1e-6);
}

// Of folds that hold one sex each, as leave_one_out by sex makes them.
TEST(Regression, APageSaysWhyACaseHasNoPrediction) {
  Table cases = made_cohort();
  cases.columns.emplace_back("fold");
  for (auto& row : cases.rows) row.push_back(row[2] == "F" ? "0" : "1");
  Table training = made_cohort();
  training.rows.clear();
  const AnalysisResult result = fitted("age, sex, area^2", cases, "", &training);
  std::string notes;
  for (const AnalysisTable& table : result.more)
    if (table.name == "regression_predictions")
      for (const std::string& note : table.notes) notes += note + "\n";
  for (const char* part : {"No prediction of 7 of 14 cases, c0, ", "sex is M in every case",
                           "No prediction of 7 of 14 cases, c1, ", "sex is F in every case"})
    EXPECT_NE(notes.find(part), std::string::npos) << part << "\n" << notes;
}

TEST(Regression, CasesWithoutAValueAreLeftOutAndCounted) {
  Table table = made_cohort();
  table.rows[0][1] = "NA";
  table.rows[1][2] = "";
  table.rows[2][4] = "nan";
  const AnalysisResult result = fitted("age, sex, area^2", table);
  EXPECT_EQ(at(more(result, "fit"), "n", "value"), 11);
  EXPECT_NE(all_notes(result).find("Left out: 3 cases without a value (volume 1, age 1, sex 1)"),
            std::string::npos)
      << all_notes(result);
  const Table& predicted = more(result, "predictions");
  EXPECT_TRUE(std::isnan(at(predicted, "c0", "predicted")));
  EXPECT_EQ(predicted.rows[0].back(), "its age is missing");
  EXPECT_FALSE(std::isnan(at(predicted, "c2", "predicted"))) << "all that explains it is there";
}

TEST(Regression, AnExactFitHasNoErrors) {
  Table table = made_cohort();
  for (auto& row : table.rows) row[4] = std::to_string(2 * std::stoi(row[1]) + 3);
  const AnalysisResult result = fitted("age, sex", table);
  EXPECT_NEAR(at(result.exact, "age", "estimate"), 2, 1e-9);
  EXPECT_NEAR(at(more(result, "fit"), "r2", "value"), 1, 1e-12);
  for (const char* name : {"const", "age", "sex[M]"})
    for (const char* column : {"se", "t", "p", "ci_low", "ci_high"})
      EXPECT_TRUE(std::isnan(at(result.exact, name, column))) << name << " " << column;
  EXPECT_TRUE(std::isnan(at(more(result, "fit"), "f", "value")));
  EXPECT_NEAR(at(more(result, "predictions"), "c0", "predicted"), 143, 1e-9);
  EXPECT_TRUE(std::isnan(at(more(result, "predictions"), "c0", "low")));
  EXPECT_TRUE(result.model.empty());
}

// One sentence each, and nothing but NA beside it.
TEST(Regression, SaysWhyADesignTellsNothing) {
  const auto expect = [](const AnalysisResult& result, const std::string& sentence) {
    const std::string notes = all_notes(result);
    EXPECT_NE(notes.find("No coefficients: " + sentence), std::string::npos) << notes;
    for (const auto& row : result.exact.rows) EXPECT_EQ(row[1], "NA");
    EXPECT_TRUE(std::isnan(at(more(result, "fit"), "r2", "value")));
    EXPECT_TRUE(result.model.empty());
    EXPECT_NE(result.text.find(sentence), std::string::npos);
  };
  Table one_sex = made_cohort();
  for (auto& row : one_sex.rows) row[2] = "F";
  expect(fitted("age, sex, area^2", one_sex),
         "sex is F in every case, so its effect cannot be told; leave the term out.");
  Table same_age = made_cohort();
  for (auto& row : same_age.rows) row[1] = "60";
  expect(fitted("age, sex", same_age),
         "age is 60 in every case, so its effect cannot be told; leave the term out.");
  Table months = made_cohort();
  months.columns.emplace_back("months");
  for (auto& row : months.rows) row.push_back(std::to_string(12 * std::stoi(row[1]) + 6));
  expect(fitted("area, age, sex, months", months),
         "age, months depend on each other linearly, so their effects cannot be told apart; leave "
         "one out.");
  Table few = made_cohort();
  few.rows.resize(3);
  expect(fitted("age, sex, area^2", few),
         "3 cases are too few for 4 coefficients; measure more, or leave terms out.");
  FixedSplit split;
  split.training.rows.clear();
  expect(fitted("age, area", split.test, "", &split.training), "no case is left to fit on.");
}

TEST(Regression, RefusesWhatItCannotRead) {
  const auto expect = [](const std::string& terms, const std::string& sentence,
                         const std::string& more = "") {
    try {
      (void)fitted(terms, made_cohort(), more);
      FAIL() << terms << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_NE(std::string(error.what()).find(sentence), std::string::npos) << error.what();
    }
  };
  expect("ages", "has no column 'ages'; did you mean 'age'?");
  expect("log(agee)", "has no column 'agee'; did you mean 'age'?");
  expect("age^two", "the term 'age^two': the power is 'two', which is no number");
  expect("'age:'", "the term 'age:' lacks a factor");
  expect("age, volume^2", "the response 'volume' is in its own terms");
  expect("age", "categorical: the column 'sex' is in no term", ", categorical: [sex]");
  std::string crossed = "age";
  for (int i = 0; i < 40; ++i) crossed += "*age";
  expect(crossed, "crosses 41 factors");
  expect("sex^2", "'sex' is categorical, of which there is no sex^2");
  expect("sex", "no case has the sex 'X'; there are F, M",
         ", reference: [{column: sex, level: X}]");
  expect("age", "reference: the column 'sex' is in no term",
         ", reference: [{column: sex, level: M}]");
  Table typed = made_cohort();
  typed.rows[4][1] = "6l";
  typed.rows[5][3] = "0";
  EXPECT_THROW((void)fitted("age", typed), Error);  // neither a number nor a column of names
  EXPECT_THROW((void)fitted("log(area)", typed), Error);
}

TEST(Regression, AKeptOnePredictsAsTheFit) {
  const testing::TemporaryFolder folder;
  const AnalysisResult result = fitted("age, sex, area^2");
  ASSERT_FALSE(result.model.empty());
  const auto file = folder.path() / "r.json";
  write_file(file, result.model);
  const RegressionModel model = read_regression(file);
  EXPECT_EQ(model.response, "volume");
  Cells cells{{"age", cell_of("61")}, {"sex", cell_of("M")}, {"area", cell_of("600")}};
  const auto predicted = predict(model, cells);
  EXPECT_NEAR(predicted.mean.value, 6546.923735867192, 1e-7);  // statsmodels: get_prediction
  EXPECT_NEAR(predicted.mean_se.value, 68.06853775470276, 1e-7);
  EXPECT_NEAR(predicted.mean_ci.low, 6395.257582298044, 1e-7);
  EXPECT_NEAR(predicted.observation_ci.low, 6122.2897744259, 1e-7);
  EXPECT_NEAR(predicted.observation_ci.high, 6971.5576973084835, 1e-7);
  cells["age"] = cell_of("1e300");
  EXPECT_EQ(predict(model, cells).mean.reason, "its values are too large");
  cells["age"] = cell_of("1e400");
  EXPECT_EQ(predict(model, cells).mean.reason, "its age is 1e400, which is too large");
  cells["age"] = cell_of("61");
  cells["sex"] = cell_of("X");
  EXPECT_EQ(predict(model, cells).mean.reason,
            "its sex is 'X', and the regression knows F, M alone");
  cells.erase("age");
  EXPECT_EQ(predict(model, cells).mean.reason, "its age is missing");
  write_file(file, result.model.substr(0, 200));
  EXPECT_THROW((void)read_regression(file), Error);
}

}  // namespace
}  // namespace myoseg
