// Models against each other on internal and external cases, and quantities against the label's.
#include "eval/study/contents.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "eval/agreement/quantity_table.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

Quantity quantity(const std::string& region, double volume_ml) {
  Quantity q;
  q.region = region;
  q.volume_ml = volume_ml;
  q.parts = {{"lean_muscle", volume_ml / 2, 0.5, 60},
             {"low_attenuation", 0, 0, 0},
             {"fat", volume_ml / 10, 0.1, -80}};
  return q;
}

// One case per value; the prediction's volume is `bias` more than the label's.
StudySplit split(const std::string& name, const std::vector<double>& dice, double bias) {
  StudySplit made{name, {}, empty_quantities()};
  for (std::size_t i = 0; i < dice.size(); ++i) {
    const std::string id = name + std::to_string(i);
    const double volume = 100 + 10 * static_cast<double>(i);
    for (const auto& [metric, value] : {std::pair<std::string, double>{"dice", dice[i]},
                                        {std::string(kTruthVolume), volume},
                                        {std::string(kPredictionVolume), volume + bias}})
      made.scores.push_back({"run", -1, id, "combined", Stage::final, metric, value});
    add_quantities(made.quantities, id, "prediction", {quantity("combined", volume + bias)});
    add_quantities(made.quantities, id, "label", {quantity("combined", volume)});
  }
  return made;
}

ModelStudy two_models() {
  ModelStudy study;
  study.metrics = {"dice"};
  study.regions = {"combined"};
  study.quantities = {"volume_ml", "fat_ml"};
  study.prediction = "prediction";
  study.label = "label";
  study.models = {
      {"one",
       {split("internal", {0.90, 0.92, 0.94, 0.96}, 0), split("external", {0.80, 0.82, 0.84}, 5)}},
      {"two",
       {split("internal", {0.89, 0.90, 0.93, 0.92}, 3), split("external", {0.81, 0.82, 0.86}, 0)}}};
  return study;
}

double number(const Table& table, std::size_t row, const char* column) {
  return table.number(row, table.column(column));
}
std::string text(const Table& table, std::size_t row, const char* column) {
  return table.rows[row][table.column(column)];
}

TEST(ModelStudy, ScoresOfEveryModelAndSplit) {
  const Table table = study_contents(two_models()).scores;
  ASSERT_EQ(table.rows.size(), 4U);
  EXPECT_EQ(text(table, 1, "split"), "external");
  EXPECT_EQ(text(table, 1, "n"), "3");
  EXPECT_NEAR(number(table, 0, "dice_mean"), 0.93, 1e-12);
  EXPECT_NEAR(number(table, 1, "dice_sd"), 0.02, 1e-12);
  EXPECT_NEAR(number(table, 1, "volume_r"), 1, 1e-12) << "a bias that all cases share";
}

// Each model's own numbers, beside the cases that they were printed for.
TEST(ModelStudy, ThePapersNumbersStandBesideTheModelThatTheyAreOf) {
  ModelStudy study = two_models();
  study.models[0].network = "unetr";
  study.models[1].network = "monai_unet";
  study.paper_values = {{"combined", "dice", 0.84, 0, "unetr"},
                        {"combined", "dice", 0.69, 0.1, "monai_unet"},
                        {"combined", "volume_correlation", 0.968, 0, "unetr"}};
  const Table table = study_contents(study).scores;
  EXPECT_NEAR(number(table, 0, "dice_paper"), 0.84, 1e-12);
  EXPECT_EQ(text(table, 1, "dice_paper"), "NA") << "of the external cases";
  EXPECT_NEAR(number(table, 2, "dice_paper"), 0.69, 1e-12);
  EXPECT_NEAR(number(table, 2, "dice_paper_sd"), 0.1, 1e-12);
  EXPECT_NEAR(number(table, 0, "volume_r_paper"), 0.968, 1e-12);
  EXPECT_EQ(text(table, 2, "volume_r_paper"), "NA");
  const testing::TemporaryFolder folder;
  const std::string page = study_sections(study, folder.path());
  for (const char* part : {"Dice, paper", ">0.84<", ">0.69 ± 0.10<", ">0.968<"})
    EXPECT_NE(page.find(part), std::string::npos) << part << " as it was printed";
}

TEST(ModelStudy, DropIsExternalMinusInternal) {
  const Table table = study_contents(two_models()).drop;
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_NEAR(number(table, 0, "difference"), -0.11, 1e-12);
  EXPECT_LT(number(table, 0, "ci_high"), 0);
  // All external values lie below all internal ones: 2 of the 35 ways to deal the ranks out.
  EXPECT_NEAR(number(table, 0, "p_mann_whitney"), 2.0 / 35, 1e-12);
}

TEST(ModelStudy, PairedTestsWithinASplit) {
  const Table table = study_contents(two_models()).tests;
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(text(table, 0, "first"), "one");
  EXPECT_NEAR(number(table, 0, "difference"), 0.02, 1e-12);
  EXPECT_NEAR(number(table, 1, "difference"), -0.01, 1e-12);
  ModelStudy alone = two_models();
  alone.models.resize(1);
  EXPECT_TRUE(study_contents(alone).tests.rows.empty());
}

TEST(ModelStudy, AgreementOfEveryQuantityWithTheLabel) {
  const Table table = study_contents(two_models()).agreement;
  ASSERT_EQ(table.rows.size(), 8U);
  EXPECT_EQ(text(table, 0, "quantity"), "volume_ml");
  EXPECT_NEAR(number(table, 0, "icc"), 1, 1e-12);
  EXPECT_NEAR(number(table, 0, "bias"), 0, 1e-12);
  EXPECT_EQ(text(table, 3, "quantity"), "fat_ml");
  EXPECT_NEAR(number(table, 3, "bias"), 0.5, 1e-9);  // external, a tenth of 5 ml
}

TEST(ModelStudy, OneCaseSaysWhyThereIsNoAgreement) {
  ModelStudy study = two_models();
  study.models.resize(1);
  study.models[0].splits = {split("internal", {0.9}, 1)};
  const Table table = study_contents(study).agreement;
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(text(table, 0, "icc"), "NA");
  EXPECT_NE(text(table, 0, "note"), "");
}

TEST(ModelStudy, PageHasEverySectionAndTheTablesAreWritten) {
  const testing::TemporaryFolder folder;
  const std::string page = study_sections(two_models(), folder.path());
  for (const char* title : {"Scores by model and split", "Paired tests between models",
                            "From internal to external", "Agreement with the labels"})
    EXPECT_NE(page.find(title), std::string::npos) << title;
  for (const char* name : {"splits", "tests", "drop", "agreement"})
    for (const char* ending : {".csv", ".md", ".tex"})
      EXPECT_TRUE(std::filesystem::exists(folder.path() / "tables" / (std::string(name) + ending)))
          << name << ending;
  EXPECT_EQ(page.find("nan"), std::string::npos);
}

TEST(QuantityTable, OnlyCasesInWhichAReaderFoundTheRegionCount) {
  Table table = empty_quantities();
  for (const char* id : {"a", "b", "c"}) {
    const double volume = id[0] == 'b' ? 0 : 10;
    add_quantities(table, id, "prediction", {quantity("psoas", volume)});
    add_quantities(table, id, "label", {quantity("psoas", volume)});
  }
  const std::vector<Ratings> ratings = ratings_of(table, {"prediction", "label"}, {"volume_ml"});
  ASSERT_EQ(ratings.size(), 1U);
  EXPECT_EQ(ratings[0].cases, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(std::isnan(ratings[0].values[0][1]));
  EXPECT_EQ(agree(ratings[0]).ratings.cases.size(), 2U);
}

}  // namespace
}  // namespace myoseg
