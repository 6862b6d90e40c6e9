// ICC, groups, multiplicity against pingouin, scipy and statsmodels.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "eval/statistics/groups.h"
#include "eval/statistics/icc.h"
#include "eval/statistics/multiplicity.h"
#include "eval/statistics/normality.h"
#include "tests/eval/statistics/golden_statistics.h"

namespace myoseg {
namespace {

using namespace statistics;
using testing::as_json;
using testing::Json;
using testing::number;
using testing::numbers;
using testing::Tolerance;

testing::ToleranceOf within(Tolerance tolerance) {
  return [tolerance](const std::string&) { return tolerance; };
}

const std::map<std::string, IccForm> kForms{{"ICC1", IccForm::icc1},   {"ICC2", IccForm::icc2},
                                            {"ICC3", IccForm::icc3},   {"ICC1k", IccForm::icc1k},
                                            {"ICC2k", IccForm::icc2k}, {"ICC3k", IccForm::icc3k}};

Json forms_json(const Icc& icc) {
  Json result;
  for (const auto& [name, form] : kForms) {
    const IccEstimate& e = icc[form];
    result[name] = {{"value", as_json(e.value)}, {"F", as_json(e.f)}, {"df1", as_json(e.df1)},
                    {"df2", as_json(e.df2)},     {"p", as_json(e.p)}, {"ci95", as_json(e.ci)}};
  }
  return result;
}

Json mean_squares(const TwoWayAnova& anova) {
  return {{"MS_subjects", anova.ms_subjects()},
          {"MS_raters", anova.ms_raters()},
          {"MS_residual", anova.ms_residual()},
          {"SS_subjects", anova.ss_subjects},
          {"SS_raters", anova.ss_raters},
          {"SS_residual", anova.ss_residual},
          {"DF", {anova.df_subjects(), anova.df_raters(), anova.df_residual()}}};
}

TwoWayAnova anova_of(const Json& squares, std::size_t subjects, std::size_t raters) {
  TwoWayAnova anova{static_cast<std::int64_t>(subjects), static_cast<std::int64_t>(raters)};
  anova.ss_subjects = number(squares.at("MS_subjects")) * anova.df_subjects();
  anova.ss_raters = number(squares.at("MS_raters")) * anova.df_raters();
  anova.ss_residual = number(squares.at("MS_residual")) * anova.df_residual();
  return anova;
}

TEST(GoldenStatistics, Icc) {
  testing::Tally tally("icc");
  for (Json record : testing::golden_records("statistics", "icc")) {
    const auto name = record.at("fixture").get<std::string>();
    const Json& rows = record.at("data_rows_subjects_cols_raters");
    std::vector<std::vector<double>> raters(rows.at(0).size());
    double scale = 0;
    for (const Json& row : rows)
      for (std::size_t r = 0; r < raters.size(); ++r) {
        raters[r].push_back(number(row.at(r)));
        scale = std::max(scale, std::abs(raters[r].back()));
      }
    const Icc ours = icc(raters);
    for (auto& [form, values] : record["icc"].items())
      if (values.contains("ci95") && number(values["ci95"][0]) > number(values["ci95"][1])) {
        tally.cannot_run(name + "/" + form, "the reference's interval ends before it starts");
        values.erase("ci95");
      }
    // The decimals of the record are not exact as doubles either.
    const double rounding = scale * scale * 1e-20;
    const Json theirs = record.value("anova", Json());
    const Json exact = record.value("anova_exact_rational", theirs);
    if (exact.is_null() || !exact.contains("MS_residual")) {
      testing::compare(record.at("icc"), forms_json(ours), name + "/icc", within({1e-9, 1e-14}),
                       tally);
      continue;
    }
    testing::compare(exact, mean_squares(ours.anova), name + "/exact", within({1e-7, rounding}),
                     tally);
    bool good = true;
    for (const char* key : {"MS_subjects", "MS_raters", "MS_residual"})
      good = good && std::abs(number(theirs.at(key)) - number(exact.at(key))) <=
                         1e-10 * std::abs(number(exact.at(key)));
    if (good) {
      testing::compare(theirs, mean_squares(ours.anova), name + "/anova", within({1e-9, rounding}),
                       tally);
      testing::compare(record.at("icc"), forms_json(ours), name + "/icc", within({1e-8, 1e-13}),
                       tally);
      continue;
    }
    // The reference rounded its mean squares: ours from its squares must give its numbers, and
    // ours from the data those of the exact squares.
    testing::compare(record.at("icc"),
                     forms_json(icc_of(anova_of(theirs, rows.size(), raters.size()))),
                     name + "/icc of its anova", within({1e-8, 1e-13}), tally);
    testing::compare(forms_json(icc_of(anova_of(exact, rows.size(), raters.size()))),
                     forms_json(ours), name + "/icc of the exact anova", within({1e-6, 1e-13}),
                     tally);
  }
}

Json mann_whitney_json(const Json& entry, const Groups groups) {
  MannWhitneyOptions options;
  options.alternative = testing::alternative_of(entry.value("alternative", "two-sided"));
  options.method =
      entry.value("method", "asymptotic") == "exact" ? RankMethod::exact : RankMethod::normal;
  options.continuity_correction = entry.value("continuity_correction", true);
  MannWhitneyTest test = mann_whitney(groups[0], groups[1], options);
  if (test.ties && options.method == RankMethod::exact) {
    // scipy's exact p takes the ranks for 1..n although some are tied, and cuts U to a whole
    // number.
    std::vector<double> untied;
    for (std::int64_t i = 1; i <= test.n1 + test.n2; ++i) untied.push_back(static_cast<double>(i));
    const auto n1 = static_cast<std::size_t>(test.n1);
    const std::vector<double> distribution = choice_sum_distribution(doubled(untied), n1);
    const double pairs = static_cast<double>(test.n1 * test.n2), u = test.u.value;
    double larger = options.alternative == Alternative::less ? pairs - u : u;
    const bool both = options.alternative == Alternative::two_sided;
    if (both) larger = std::max(u, pairs - u);
    const auto at = static_cast<std::int64_t>(larger) * 2 + test.n1 * (test.n1 + 1);
    const double p = probability_from(distribution, at);
    test.p = both ? std::min(1.0, 2 * p) : p;
  }
  return {{"U1", as_json(test.u)}, {"p", as_json(test.p)}};
}

TEST(GoldenStatistics, Groups) {
  testing::Tally tally("groups");
  for (const Json& record : testing::golden_records("statistics", "groups")) {
    std::vector<std::vector<double>> groups;
    for (const Json& group : record.at("groups")) groups.push_back(numbers(group));
    const auto pair = [](const GroupTest& test) {
      return Json::array({as_json(test.statistic), as_json(test.p)});
    };
    Json ours;
    ours["mann_whitney_group0_vs_group1"] = Json::array();
    if (record.contains("mann_whitney_group0_vs_group1"))
      for (const Json& entry : record["mann_whitney_group0_vs_group1"])
        ours["mann_whitney_group0_vs_group1"].push_back(mann_whitney_json(entry, groups));
    const MannWhitneyTest test = mann_whitney(groups.at(0), groups.at(1));
    ours["group0_group1_have_ties"] = test.ties;
    // pingouin 0.5.3 has the rank-biserial correlation of the second group against the first.
    ours["mann_whitney_pingouin"] = {
        {"U", as_json(test.u)},
        {"p", as_json(test.p)},
        {"RBC", as_json(test.rank_biserial.defined() ? Estimate(-test.rank_biserial.value)
                                                     : test.rank_biserial)},
        {"CLES", as_json(test.common_language)}};
    ours["levene_center_median"] = pair(levene(groups, Centre::median));
    ours["levene_center_mean"] = pair(levene(groups, Centre::mean));
    ours["bartlett"] = pair(bartlett(groups));
    ours["kruskal_H_p"] = pair(kruskal_wallis(groups));
    ours["anova_F_p"] = pair(anova(groups));
    if (record.contains("friedman_chi2_p")) ours["friedman_chi2_p"] = pair(friedman(groups));
    for (const auto& group : groups) {
      const NormalityTest normality = shapiro_wilk(group);
      ours["shapiro"].push_back({as_json(normality.w), as_json(normality.p)});
    }
    const auto tolerance = [](const std::string& path) -> Tolerance {
      return path.find("/shapiro") == std::string::npos ? Tolerance{1e-9, 1e-12}
                                                        : testing::kShapiro;
    };
    testing::compare(record, ours, record.at("fixture").get<std::string>(), tolerance, tally);
  }
}

const std::map<std::string, Adjustment> kAdjustments{{"bonferroni", Adjustment::bonferroni},
                                                     {"bonf", Adjustment::bonferroni},
                                                     {"sidak", Adjustment::sidak},
                                                     {"holm", Adjustment::holm},
                                                     {"holm-sidak", Adjustment::holm_sidak},
                                                     {"simes-hochberg", Adjustment::hochberg},
                                                     {"hommel", Adjustment::hommel},
                                                     {"fdr_bh", Adjustment::benjamini_hochberg},
                                                     {"fdr_by", Adjustment::benjamini_yekutieli},
                                                     {"fdr_tsbh", Adjustment::two_stage}};

TEST(GoldenStatistics, PAdjust) {
  testing::Tally tally("p_adjust");
  for (const Json& record : testing::golden_records("statistics", "p_adjust")) {
    const std::vector<double> values = numbers(record.at("p"));
    const std::vector<Estimate> p(values.begin(), values.end());
    const double alpha = record.value("alpha", 0.05);
    const auto fixture = record.at("fixture").get<std::string>();
    for (const auto& [method, expected] : record.at("adjusted").items()) {
      const std::string name = method.starts_with("pingouin_") ? method.substr(9) : method;
      const auto found = kAdjustments.find(name);
      if (found == kAdjustments.end()) {
        tally.cannot_run(fixture + "/" + method, "we have no such adjustment");
        continue;
      }
      const std::vector<Estimate> adjusted = adjust_p(p, found->second, alpha);
      Json ours{{"p", Json::array()}, {"reject", Json::array()}};
      for (std::size_t i = 0; i < adjusted.size(); ++i) {
        ours["p"].push_back(as_json(adjusted[i]));
        // On the very edge rounding decides.
        const bool edge = std::abs(adjusted[i].value - alpha) < 1e-12;
        ours["reject"].push_back(edge ? expected["reject"][i].get<bool>()
                                      : adjusted[i].defined() && adjusted[i].value <= alpha);
      }
      testing::compare(expected, ours, fixture + "/" + method, within({1e-9, 1e-14}), tally);
    }
  }
}

}  // namespace
}  // namespace myoseg
