#include "eval/agreement/agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/files.h"
#include "eval/agreement/figures.h"
#include "eval/agreement/page.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Shrout & Fleiss 1979, table 2: six targets, four judges.
Ratings shrout_fleiss() {
  return {"muscle",
          "volume_ml",
          {"1", "2", "3", "4", "5", "6"},
          {{9, 6, 8, 7, 10, 6}, {2, 1, 4, 1, 5, 2}, {5, 3, 6, 2, 6, 4}, {8, 2, 8, 6, 9, 7}}};
}

TEST(Agreement, IccOfAllReadersIsThatOfTheBook) {
  const Agreement agreement = agree(shrout_fleiss());
  // Their table 4, to its two digits.
  EXPECT_NEAR(agreement.icc[statistics::IccForm::icc1].value.value, 0.17, 5e-3);
  EXPECT_NEAR(agreement.icc[statistics::IccForm::icc2].value.value, 0.29, 5e-3);
  EXPECT_NEAR(agreement.icc[statistics::IccForm::icc3].value.value, 0.71, 5e-3);
  EXPECT_NEAR(agreement.icc[statistics::IccForm::icc2k].value.value, 0.62, 5e-3);
  ASSERT_EQ(agreement.pairs.size(), 6U);
  EXPECT_EQ(agreement.pairs[3].first, 1U);
  EXPECT_EQ(agreement.pairs[3].second, 2U);
}

TEST(Agreement, DifferencesAreTheFirstMinusTheSecond) {
  const Agreement agreement =
      agree({"muscle", "volume_ml", {"a", "b", "c"}, {{11, 22, 33}, {10, 20, 30}}});
  const PairAgreement& pair = agreement.pairs.at(0);
  EXPECT_DOUBLE_EQ(pair.limits.bias.value, 2);  // 1, 2, 3: SD 1
  EXPECT_DOUBLE_EQ(pair.limits.lower.value, 2 - 1.96);
  EXPECT_DOUBLE_EQ(pair.limits.upper.value, 2 + 1.96);
  EXPECT_NEAR(pair.pearson.coefficient.value, 1, 1e-12);
  // 2 cov / (var + var + difference of means^2) with moments over n: 2*220/3 / (242/3+200/3+4).
  EXPECT_NEAR(pair.lin.ccc.value, (440.0 / 3) / (442.0 / 3 + 4), 1e-12);
}

TEST(Agreement, CasesWithoutAValueAreLeftOutForAllReaders) {
  const Agreement agreement =
      agree({"muscle", "mean_hu", {"a", "b", "c"}, {{1, kNaN, 3}, {1, 2, 4}}});
  EXPECT_EQ(agreement.ratings.cases, (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(agreement.pairs.at(0).y, (std::vector<double>{1, 4}));
}

TEST(Agreement, TablesHaveAReasonInThePlaceOfAMissingValue) {
  AgreementReport report{.readers = {"prediction", "label"},
                         .form = statistics::IccForm::icc2,
                         .agreements = {agree({"muscle", "volume_ml", {"a"}, {{5}, {5}}})}};
  const Table icc = icc_table(report), pairs = pairs_table(report);
  ASSERT_EQ(icc.rows.size(), 6U);
  EXPECT_EQ(icc.rows[0][icc.column("icc")], "NA");
  EXPECT_FALSE(icc.rows[0][icc.column("note")].empty());
  ASSERT_EQ(pairs.rows.size(), 1U);
  EXPECT_EQ(pairs.rows[0][pairs.column("lower")], "NA");
  EXPECT_FALSE(pairs.rows[0][pairs.column("note")].empty());
  for (const Table* table : {&icc, &pairs})
    for (const std::string& cell : table->rows[0]) EXPECT_NE(cell, "nan");
}

TEST(Agreement, PageShowsReadersTablesAndFigures) {
  const testing::TemporaryFolder folder;
  AgreementReport report{.readers = {"Ann", "B <1>", "Carl", "Dora"},
                         .form = statistics::IccForm::icc2,
                         .agreements = {agree(shrout_fleiss())}};
  const std::string page = agreement_sections(report, folder.path());
  EXPECT_NE(page.find("Ann, B &lt;1&gt;, Carl and Dora"), std::string::npos);
  EXPECT_NE(page.find(">0.290<"), std::string::npos);  // ICC(2,1)
  for (const char* file :
       {"tables/icc.csv", "tables/icc.md", "tables/icc.tex", "tables/pairs.csv", "tables/pairs.tex",
        "figures/agreement_volume_ml_muscle_1_2.gp", "figures/agreement_volume_ml_muscle_3_4.tsv"})
    EXPECT_TRUE(std::filesystem::exists(folder / file)) << file;
}

TEST(Agreement, NoFigureOfASingleCase) {
  const AgreementReport report{.readers = {"a", "b"},
                               .form = statistics::IccForm::icc2,
                               .agreements = {agree({"m", "volume_ml", {"x"}, {{5}, {6}}})}};
  const Figure figure =
      agreement_figure(report, report.agreements[0], report.agreements[0].pairs[0]);
  EXPECT_TRUE(figure.script.empty());
  EXPECT_NE(figure.caption.find("one case"), std::string::npos);
}

TEST(Agreement, QuantitiesAreReadable) {
  EXPECT_EQ(quantity_title("volume_ml"), "Volume (ml)");
  EXPECT_EQ(quantity_title("mean_hu"), "Mean HU");
  EXPECT_EQ(quantity_title("smi_cm2_m2"), "SMI (cm²/m²)");
  EXPECT_EQ(quantity_title("fat_fraction"), "Fat fraction");
}

}  // namespace
}  // namespace myoseg
