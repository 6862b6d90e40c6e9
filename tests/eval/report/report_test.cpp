#include "eval/report/report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/files.h"
#include "data/io/image_io.h"
#include "eval/measure/metrics.h"
#include "eval/report/figures.h"
#include "eval/report/notices.h"
#include "tests/eval/report/report_fixture.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(Report, MainTableHasThePapersNumbersBesideOurs) {
  ReportOptions options;
  options.metrics = {"dice", "jaccard"};
  options.paper_values = {{"combined", "dice", 0.95, 0.03},
                          {"muscle_a", "dice", 0.868, 0},
                          {"combined", "volume_correlation", 0.968, 0}};
  const Table table = main_table(report_contents(small_input("unused"), options));
  EXPECT_EQ(table.columns, (std::vector<std::string>{
                               "region", "n", "missed", "Dice, Virtual cohort t", "Dice, paper",
                               "Jaccard, Virtual cohort t", "VC, Virtual cohort t", "VC, paper"}));
  ASSERT_EQ(table.rows.size(), 3u);
  // The union comes first, and the values are those of the final stage.
  EXPECT_EQ(table.rows[0][0], "combined");
  EXPECT_EQ(table.rows[0][3], "0.800 ± 0.100");
  EXPECT_EQ(table.rows[0][4], "0.95 ± 0.03");
  EXPECT_EQ(table.rows[0][7], "0.968");
  EXPECT_EQ(table.rows[1][4], "0.868");
  EXPECT_EQ(table.rows[2][0], "muscle_b");
  EXPECT_EQ(table.rows[2][2], "1");
  EXPECT_EQ(table.rows[2][4], "–");
}

TEST(Report, OfSeveralModelsThePapersNumbersAreThoseOfTheRunsOwn) {
  ReportInput input = small_input("unused");
  input.model = "unetr";
  ReportOptions options;
  options.metrics = {"dice", "jaccard"};
  options.paper_values = {{"muscle_a", "dice", 0.859, 0, "unetr"},
                          {"muscle_a", "dice", 0.705, 0, "monai_unet"},
                          {"muscle_b", "jaccard", 0.7, 0, "monai_unet"},
                          {"mean_of_structures", "dice", 0.84, 0, "unetr"}};
  const Table table = main_table(report_contents(input, options));
  EXPECT_EQ(table.columns, (std::vector<std::string>{
                               "region", "n", "missed", "Dice, Virtual cohort t", "Dice, paper",
                               "Jaccard, Virtual cohort t", "VC, Virtual cohort t"}));
  EXPECT_EQ(table.rows[1][4], "0.859");
  ASSERT_EQ(table.rows.size(), 4U);
  EXPECT_EQ(table.rows[3][0], "mean_of_structures");
  EXPECT_EQ(table.rows[3][3], "0.800") << "of muscle_a alone, the only one that it printed";
  EXPECT_EQ(table.rows[3][4], "0.84");
  EXPECT_EQ(table.rows[3][5], "0.563 ± 0.157") << "of both";
  input.model = "monai_unet";
  EXPECT_EQ(main_table(report_contents(input, options)).rows.size(), 3U);
}

TEST(Report, MainTableHasTheVolumeCorrelationOfEveryRegion) {
  ReportInput input = small_input("unused");
  const double truth[] = {10, 20, 40, 50}, predicted[] = {12, 19, 44, 47};
  for (int c = 0; c < 4; ++c)
    add(input, 0, "more_" + std::to_string(c), "muscle_c", Stage::final, 0.9, truth[c],
        predicted[c]);
  ReportOptions options;
  options.regions = {"muscle_a", "muscle_c"};
  const Table table = main_table(report_contents(input, options));
  EXPECT_EQ(table.columns.back(), "VC, Virtual cohort t");
  EXPECT_EQ(table.rows[0].back(), "–") << "all volumes are equal";
  EXPECT_EQ(table.rows[1].back(), "0.986 [0.466, 1.000]");
}

TEST(Report, TablesAsText) {
  Table table;
  table.columns = {"Region", "50 %"};
  table.rows = {{"a_b", "0.8 ± 0.1"}, {"c|d & e", "–"}};
  EXPECT_EQ(to_markdown(table),
            "| Region | 50 % |\n| :--- | ---: |\n| a\\_b | 0.8 ± 0.1 |\n| c\\|d & e | – |\n");
  EXPECT_EQ(
      to_latex(table),
      "% \\usepackage{booktabs}\n\\begin{tabular}{lc}\n\\toprule\nRegion & 50 \\% \\\\\n\\midrule\n"
      "a\\_b & 0.8 $\\pm$ 0.1 \\\\\nc$|$d \\& e & -- \\\\\n\\bottomrule\n\\end{tabular}\n");
}

// What begins a tag, an entity, a link or options is a letter; what stands alone stays as it is.
TEST(Report, TablesOfAnyText) {
  Table table;
  table.columns = {"a"};
  table.rows = {{"<b>&lt; p <0.05 & [0, 1] [x](y) $z$ ~\n\x1b"}, {"[2mm]{}^\\"}};
  EXPECT_EQ(to_markdown(table),
            "| a |\n| :--- |\n"
            "| \\<b>\\&lt; p <0.05 & [0, 1] [x\\](y) \\$z\\$ \\~ \\\\x1b |\n"
            "| [2mm]{}^\\\\ |\n");
  const std::string latex = to_latex(table);
  for (const std::string part : {"$<$b$>$\\&lt; p $<$0.05 \\& [0, 1] [x](y) \\$z\\$ "
                                 "\\textasciitilde{} \\textbackslash{}x1b",
                                 "\n{}[2mm]\\{\\}\\textasciicircum{}\\textbackslash{} "})
    EXPECT_NE(latex.find(part), std::string::npos) << part << "\n" << latex;
}

TEST(Report, OfDistancesTheLargeOnesAreWorse) {
  ReportInput input = small_input("unused");
  for (int c = 0; c < 9; ++c)
    input.scores.push_back({"run", 0, "case_" + std::to_string(c), "combined", Stage::final, "hd95",
                            c == 8 ? 60 : 2 + 0.1 * c});
  ReportOptions options;
  options.headline = "hd95";
  options.metrics = {"hd95", "hd90", "nsd_1.5mm"};
  const ReportContents contents = report_contents(input, options);
  const auto shown = best_median_worst(contents.cases, contents.headline);
  EXPECT_EQ(shown[0].row.case_id, "case_0");
  EXPECT_EQ(shown[2].row.case_id, "case_8");
  bool has_outlier = false;
  for (const Notice& n : notices(contents))
    has_outlier |= n.kind == "outlier" && n.case_id == "case_8" && n.region == "combined";
  EXPECT_TRUE(has_outlier);
  EXPECT_EQ(main_table(contents).columns[3], "HD95, MONAI (mm), Virtual cohort t");
  // A missed structure has no distance: its mean is not printed without its penalty.
  input.scores.push_back({"run", 1, "case_1", "muscle_b", Stage::final, "hd95", kNaN});
  input.scores.push_back(
      {"run", 1, "case_1", "muscle_b", Stage::final, std::string(kDiagonal), 100});
  input.scores.push_back({"run", 0, "case_0", "muscle_b", Stage::final, "hd95", 4});
  const ReportContents penalised = report_contents(input, options);
  const Table table = main_table(penalised);
  EXPECT_EQ(table.columns[4], "HD95, MONAI (mm), Virtual cohort t, penalised mean");
  EXPECT_EQ(table.rows[2], (std::vector<std::string>{"muscle_b", "1 / 0 / 0", "1", "4.00", "52.00",
                                                     "–", "–", "–"}));
  const Figure figure = violin_figure(penalised);
  EXPECT_NE(figure.caption.find("beyond the axis"), std::string::npos);
  EXPECT_NE(figure.data.find("\t60.0\t9\n"), std::string::npos);  // its mark at the top
}

TEST(Report, PageStandsAloneAndEscapesWhatUsersWrote) {
  const testing::TemporaryFolder folder;
  ReportInput input = small_input(folder.path());
  add(input, 0, "<b>&", "muscle_a", Stage::final, kNaN, 0, 0);
  Geometry g;
  g.size = {40, 30, 2};
  Image scan(g, 1, -1000);
  LabelMap truth(g, 1);
  for (std::int64_t z = 0; z < 2; ++z)
    for (std::int64_t y = 5; y < 25; ++y)
      for (std::int64_t x = 5; x < 35; ++x) {
        scan.at(x, y, z) = 40;
        truth.at(x, y, z) = x < 20 ? 1 : 2;
      }
  write_image(folder / "scan.nii.gz", scan);
  write_label_map(folder / "truth.nii.gz", truth, input.labels);
  for (int c = 0; c < 2; ++c)
    input.files["case_" + std::to_string(c)] = {folder / "scan.nii.gz", folder / "truth.nii.gz",
                                                folder / "truth.nii.gz"};
  input.files["case_2"] = {folder / "gone.nii.gz", folder / "truth.nii.gz",
                           folder / "truth.nii.gz"};
  Table log;
  log.columns = {"epoch", "loss", "rate"};  // no score: that panel is left out
  log.rows = {{"1", "0.5", "0.01"}, {"2", "0.4", "0.01"}};
  input.learning_curves = {{"fold 0", log}};
  input.sections = "<p>Agreement of prediction and truth</p>";
  input.provenance = {{"Seed", "1 < 2"}};
  input.config_yaml = "a: <script>alert(1)</script>\n";
  ReportOptions options;
  options.views = {View::axial, View::coronal, View::surface};
  write_report(report_contents(input, options));

  const std::string page = read_file(folder / "report.html");
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert"), std::string::npos);
  EXPECT_NE(page.find("&lt;b&gt;&amp;"), std::string::npos);
  for (const std::string outside : {"src=\"http", "href=\"http", "url(http", "<link"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  for (const std::string part :
       {"Table I.", "Table II.", "Table III.", "Every case", "Provenance", "data:image/png;base64,",
        "href=\"#case-2\"", "id=\"case-2\"", "1 finding<", "No picture: ",
        "slice 1, coronal plane 6, surfaces from the front", "Agreement of prediction and truth"})
    EXPECT_NE(page.find(part), std::string::npos) << part;
  // Every table can be sorted by each of its columns.
  EXPECT_EQ(page.find("<table>"), std::string::npos);
  EXPECT_NE(page.find("Best"), std::string::npos);
  for (const std::string file :
       {"tables/table1.csv", "tables/table1.md", "tables/table1.tex", "tables/cases.csv",
        "tables/summary.csv", "tables/table2.csv", "tables/table2.md", "tables/table2.tex",
        "tables/volume_correlation.csv", "figures/violin.gp", "figures/violin.tsv",
        "figures/case_best.png", "figures/cases/case_0.png", "figures/cases/small/case_0.png"})
    EXPECT_TRUE(std::filesystem::exists(folder / file)) << file;
}

TEST(Report, WhatRanksTheCasesIsCalledWhatItIs) {
  const testing::TemporaryFolder folder;
  ReportInput input = small_input(folder.path());
  input.files["case_0"] = {folder / "gone.nii.gz", folder / "gone.nii.gz", folder / "gone.nii.gz"};
  ReportOptions options;
  options.headline_region = "whole_muscle";
  write_report(report_contents(input, options));
  const std::string page = read_file(folder / "report.html");
  EXPECT_NE(page.find("case_0 · Dice 0.900 (mean of the regions)"), std::string::npos);
  EXPECT_EQ(page.find("whole_muscle"), std::string::npos);
}

TEST(Report, WithoutGnuplotScriptsAndDataAreKept) {
  const testing::TemporaryFolder folder;
  const std::string path = std::getenv("PATH");
  setenv("PATH", folder.path().c_str(), 1);
  write_report(report_contents(small_input(folder.path()), {}));
  setenv("PATH", path.c_str(), 1);
  EXPECT_TRUE(std::filesystem::exists(folder / "report.html"));
  EXPECT_TRUE(std::filesystem::exists(folder / "figures/violin.gp"));
  EXPECT_FALSE(std::filesystem::exists(folder / "figures/violin.svg"));
  EXPECT_NE(read_file(folder / "report.html").find("Not drawn here"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
