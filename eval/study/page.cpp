// A model study for readers: rounded tables, figures and the sections of a page.
#include <fmt/core.h>

#include <cmath>
#include <utility>

#include "eval/agreement/figures.h"
#include "eval/compare/figures.h"
#include "eval/compare/tables.h"
#include "eval/draw/page.h"
#include "eval/draw/readable.h"
#include "eval/draw/table_text.h"
#include "eval/measure/volume_correlation.h"
#include "eval/study/contents.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

// A row of an exact table by the names of its columns.
class Row {
 public:
  Row(const Table& table, std::size_t row) : table_(table), row_(row) {}
  [[nodiscard]] const std::string& text(const std::string& column) const {
    return table_.rows[row_][table_.column(column)];
  }
  [[nodiscard]] std::string number(const std::string& column, int decimals) const {
    return fixed_text(value(column), decimals);
  }
  [[nodiscard]] std::string interval(const std::string& low, const std::string& high,
                                     int decimals) const {
    return interval_text({value(low), value(high)}, decimals);
  }
  [[nodiscard]] std::string mean_and_sd(const std::string& mean, const std::string& sd,
                                        int decimals) const {
    return myoseg::mean_and_sd(value(mean), value(sd), decimals);
  }
  [[nodiscard]] std::string value_and_interval(const std::string& column, const std::string& low,
                                               const std::string& high, int decimals) const {
    return myoseg::value_and_interval(value(column), {value(low), value(high)}, decimals);
  }
  // What a paper printed.
  [[nodiscard]] std::string paper(const std::string& stem) const {
    PaperValue printed;
    printed.mean = value(stem + "_paper");
    if (const double sd = value(stem + "_paper_sd"); std::isfinite(sd)) printed.sd = sd;
    return paper_text(std::isfinite(printed.mean) ? &printed : nullptr);
  }
  [[nodiscard]] std::string p(const std::string& column) const {
    return p_value_text(value(column));
  }

 private:
  [[nodiscard]] double value(const std::string& column) const {
    return table_.number(row_, table_.column(column));
  }

  const Table& table_;
  std::size_t row_;
};

template <class Cells>
Table readable(const Table& exact, std::vector<std::string> columns, const Cells& cells) {
  Table table;
  table.columns = std::move(columns);
  for (std::size_t r = 0; r < exact.rows.size(); ++r) table.rows.push_back(cells(Row(exact, r)));
  return table;
}

Table readable_scores(const ModelStudy& study, const Table& exact) {
  const auto has_paper = [&](const std::string& stem) {
    return exact.find_column(stem + "_paper").has_value();
  };
  std::vector<std::string> columns{"Model", "Split", "Region", "n", "Missed"};
  const auto add_columns = [&](const std::string& head, const std::string& stem) {
    columns.push_back(head);
    if (has_paper(stem)) columns.push_back(head + ", paper");
  };
  for (const std::string& metric : study.metrics) add_columns(find_metric(metric).header(), metric);
  add_columns(std::string(kVolumeCorrelationTitle), "volume_r");
  return readable(exact, columns, [&](const Row& row) {
    std::vector<std::string> cells{row.text("model"), row.text("split"),
                                   region_title(row.text("region")), row.text("n"),
                                   row.text("missed")};
    const auto add_paper = [&](const std::string& stem) {
      if (has_paper(stem)) cells.push_back(row.paper(stem));
    };
    for (const std::string& metric : study.metrics) {
      cells.push_back(row.mean_and_sd(metric + "_mean", metric + "_sd", 3));
      add_paper(metric);
    }
    cells.push_back(row.value_and_interval("volume_r", "volume_r_low", "volume_r_high", 3));
    add_paper("volume_r");
    return cells;
  });
}

Table readable_agreement(const Table& exact) {
  return readable(exact,
                  {"Model", "Split", "Quantity", "Region", "n", "ICC(2,1)", "95 % CI", "p", "Bias",
                   "Limits of agreement"},
                  [](const Row& row) -> std::vector<std::string> {
                    return {row.text("model"),
                            row.text("split"),
                            quantity_title(row.text("quantity")),
                            region_title(row.text("region")),
                            row.text("n"),
                            row.number("icc", 3),
                            row.interval("ci_low", "ci_high", 3),
                            row.p("p"),
                            row.number("bias", 2),
                            row.interval("lower_limit", "upper_limit", 2)};
                  });
}

Table readable_drop(const ModelStudy& study, const Table& exact) {
  const std::string metric = find_metric(study.metrics.front()).header();
  return readable(exact,
                  {"Model", "Region", metric + " from", metric + " to", "Change", "95 % CI", "p"},
                  [](const Row& row) -> std::vector<std::string> {
                    return {row.text("model"),
                            region_title(row.text("region")),
                            fmt::format("{} ({}, n = {})", row.number("mean_from", 3),
                                        row.text("from"), row.text("n_from")),
                            fmt::format("{} ({}, n = {})", row.number("mean_to", 3), row.text("to"),
                                        row.text("n_to")),
                            row.number("difference", 3),
                            row.interval("ci_low", "ci_high", 3),
                            row.p("p_mann_whitney")};
                  });
}

Table readable_tests(const ModelStudy& study, const Table& exact) {
  return readable(exact,
                  {"Split", "Region", "Models", "n",
                   "Difference of " + find_metric(study.metrics.front()).header(), "95 % CI",
                   "t test p (Holm)", "Wilcoxon p (Holm)", "Cohen's d"},
                  [](const Row& row) -> std::vector<std::string> {
                    return {row.text("split"),
                            region_title(row.text("region")),
                            row.text("first") + " − " + row.text("second"),
                            row.text("n"),
                            row.number("difference", 3),
                            row.interval("ci_low", "ci_high", 3),
                            fmt::format("{} ({})", row.p("p_t"), row.p("p_t_holm")),
                            fmt::format("{} ({})", row.p("p_wilcoxon"), row.p("p_wilcoxon_holm")),
                            row.number("cohen_d", 2)};
                  });
}

std::string table_section(const std::string& title, const fs::path& stem, const Table& exact,
                          const Table& readable, std::size_t names,
                          const std::vector<std::string>& notes, const std::string& figures = "") {
  if (exact.rows.empty()) return "";
  write_table(stem, exact, readable, notes);
  return section_markup(title, table_markup(page_table(readable, names, notes)) + figures);
}

// Scatter and Bland-Altman plot of each model, split and quantity in the first region, which stands
// for the whole.
std::string agreement_figures(const StudyContents& contents, const fs::path& folder) {
  const ModelStudy& study = contents.study;
  std::string markup;
  for (const std::string& quantity : study.quantities) {
    std::string charts;
    for (const auto& of_model : contents.ratings)
      for (const AgreementReport& report : of_model)
        for (const Agreement& agreement : report.agreements)
          if (agreement.ratings.quantity == quantity &&
              agreement.ratings.region == study.regions.front())
            charts +=
                "<div class=\"block\">" +
                figure_markup(page_chart(
                    "", folder, agreement_figure(report, agreement, agreement.pairs.front()))) +
                "</div>\n";
    if (!charts.empty())
      markup += fmt::format(
          "<details{}><summary>{} of {}, every model and split</summary>\n{}"
          "</details>\n",
          markup.empty() ? " open" : "", escaped(quantity_title(quantity)),
          escaped(region_title(study.regions.front())), charts);
  }
  return markup;
}

std::string forest_figures(const StudyContents& contents, const fs::path& folder) {
  std::string markup;
  for (std::size_t s = 0; s < contents.compared.size(); ++s) {
    const auto& [input, comparison] = contents.compared[s];
    Figure figure = forest_figure(input, contents.options, comparison);
    const std::string& split = contents.study.models.front().splits[s].name;
    figure.caption = split + ": " + figure.caption;
    markup += figure_markup(page_chart("", folder / split, figure));
  }
  return markup;
}

}  // namespace

std::string study_sections(ModelStudy given, const fs::path& folder) {
  const fs::path tables = folder / "tables", figures = folder / "figures";
  const StudyContents contents = study_contents(std::move(given));
  const ModelStudy& study = contents.study;
  const Table &scores = contents.scores, &tests = contents.tests, &drop = contents.drop,
              &agreement = contents.agreement;
  std::vector<std::string> rules{
      "Mean ± SD over the cases that have a value (n). Missed: cases where the label has the "
      "region and the prediction has nothing of it."};
  for (const std::string& metric : study.metrics)
    rules.push_back(find_metric(metric).header() + ": " + find_metric(metric).formula + ". " +
                    empty_rule(metric));
  rules.push_back(volume_correlation_note());
  std::string sections = table_section("Scores by model and split", tables / "splits", scores,
                                       readable_scores(study, scores), 3, rules);
  sections += table_section(
      "Paired tests between models", tables / "tests", tests, readable_tests(study, tests), 3,
      {"Every two models on the same cases; the difference is the first minus the second, its "
       "interval BCa with patients drawn again. p as it is and, in brackets, corrected by Holm "
       "over all regions and pairs of the split."},
      tests.rows.empty() ? "" : forest_figures(contents, figures));
  sections += table_section(
      "From internal to external", tables / "drop", drop, readable_drop(study, drop), 2,
      {"Internal: each case predicted by the fold that did not train on it. External: predicted "
       "once by the networks of all folds together. The cases differ, so the change has Welch's "
       "interval and p is Mann and Whitney's."});
  sections += table_section(
      "Agreement with the labels", tables / "agreement", agreement, readable_agreement(agreement),
      4,
      {"ICC(2,1): two-way random effects, absolute agreement, one reader (Shrout & Fleiss 1979), "
       "with its F test's p. Bias: prediction minus label; limits: bias ± 1.96 SD of the "
       "differences (Bland & Altman 1986)."},
      agreement.rows.empty() ? "" : agreement_figures(contents, figures));
  return sections;
}

}  // namespace myoseg
