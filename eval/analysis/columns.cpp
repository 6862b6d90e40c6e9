// Columns measured in the same cases against each other, or one column between two groups.
#include <fmt/core.h>

#include <map>

#include "core/error.h"
#include "core/names.h"
#include "eval/analysis/analysis.h"
#include "eval/analysis/results.h"
#include "eval/statistics/agreement.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/groups.h"
#include "eval/statistics/icc.h"
#include "eval/statistics/paired.h"

namespace myoseg {
namespace {

using statistics::Estimate;

struct ColumnsOptions {
  std::vector<std::string> columns;
  std::string group;
};
void describe(Fields& f, ColumnsOptions& o) {
  f("columns", o.columns, kAny.must_be_given(),
    "Two or more columns measured in the same cases; with `group` one.");
  f("group", o.group, "Column with two values: the column is compared between its groups.");
  f.require(o.group.empty() ? o.columns.size() >= 2 : o.columns.size() == 1,
            "columns must name at least two columns, or exactly one with group");
}

void describe_values(StatisticsList& results, const std::string& name,
                     const std::vector<double>& values) {
  const statistics::Description d = statistics::describe_sample(values);
  results.add("mean", name, values.size(), d.mean);
  results.add("SD", name, values.size(), d.sd);
  results.add("median", name, values.size(), d.median);
}

const char* method_name(statistics::RankMethod method) {
  return method == statistics::RankMethod::exact ? "exact" : "normal approximation";
}

void add_pair(StatisticsList& results, const std::string& of, const std::vector<double>& x,
              const std::vector<double>& y) {
  const std::size_t n = x.size();
  const statistics::Correlation r = statistics::pearson(x, y), rho = statistics::spearman(x, y);
  results.add("Pearson r", of, n, r.coefficient, r.ci, r.p);
  const Estimate r2 =
      r.coefficient.defined() ? Estimate(r.coefficient.value * r.coefficient.value) : r.coefficient;
  results.add("R2 (square of r)", of, n, r2);
  results.add("Spearman rho", of, n, rho.coefficient, rho.ci, rho.p,
              rho.used == statistics::RankMethod::exact ? "p of all permutations" : "");
  const statistics::Concordance lin = statistics::concordance(x, y);
  results.add("Lin CCC", of, n, lin.ccc, lin.ci);
  const statistics::BlandAltman limits = statistics::bland_altman(x, y);
  results.add("bias", of, n, limits.bias, limits.ci_bias);
  results.add("lower limit of agreement", of, n, limits.lower, limits.ci_lower);
  results.add("upper limit of agreement", of, n, limits.upper, limits.ci_upper);
  const statistics::TTest t = statistics::paired_t(x, y);
  results.add("paired t", of, n, t.t, {}, t.p);
  const statistics::WilcoxonTest w = statistics::wilcoxon(x, y);
  results.add("Wilcoxon W", of, n, w.statistic, {}, w.p,
              w.statistic.defined()
                  ? fmt::format("{}; {} without a difference", method_name(w.used), w.zeros)
                  : "");
  results.add("Cohen d (average SD)", of, n, statistics::cohen_d_average(x, y));
}

void add_columns(StatisticsList& results, const Table& table,
                 const std::vector<std::string>& names) {
  std::vector<std::size_t> columns;
  for (const std::string& name : names) columns.push_back(column_of(table, name));
  const auto [rows, values] = complete_rows(table, columns);
  for (std::size_t i = 0; i < names.size(); ++i) describe_values(results, names[i], values[i]);
  for (std::size_t a = 0; a < names.size(); ++a)
    for (std::size_t b = a + 1; b < names.size(); ++b)
      add_pair(results, names[a] + " - " + names[b], values[a], values[b]);
  const statistics::Icc icc = statistics::icc(values);
  for (const statistics::IccForm form : statistics::kIccForms)
    results.add(std::string(icc_name(form)), join(names, " | "), rows.size(), icc[form].value,
                icc[form].ci, icc[form].p);
}

void add_groups(StatisticsList& results, const Table& table, const std::string& name,
                const std::string& group) {
  const std::size_t groups = column_of(table, group);
  const CompleteRows complete = complete_rows(table, {column_of(table, name)});
  std::map<std::string, std::vector<double>> of;
  for (std::size_t i = 0; i < complete.rows.size(); ++i)
    if (const std::string& key = table.rows[complete.rows[i]][groups]; !is_missing(key))
      of[key].push_back(complete.values.front()[i]);
  if (of.size() != 2)
    throw data_error("{}: column '{}' has {} groups; two are compared", table.source, group,
                     of.size());
  const auto& [first, x] = *of.begin();
  const auto& [second, y] = *std::next(of.begin());
  describe_values(results, name + ", " + first, x);
  describe_values(results, name + ", " + second, y);
  const std::string pair = fmt::format("{}, {} - {}", name, first, second);
  const std::size_t n = x.size() + y.size();
  const statistics::TTest t = statistics::independent_t(x, y);
  results.add("difference of means", pair, n, t.difference, t.ci);
  results.add("Welch t", pair, n, t.t, {}, t.p);
  const statistics::MannWhitneyTest u = statistics::mann_whitney(x, y);
  results.add("Mann-Whitney U", pair, n, u.u, {}, u.p, u.u.defined() ? method_name(u.used) : "");
  results.add("Cohen d (pooled SD)", pair, n, statistics::cohen_d_pooled(x, y));
}

AnalysisResult analyse_columns(const ColumnsOptions& options, const AnalysisCases& of) {
  const Table& cases = of.cases;
  StatisticsList results;
  if (options.group.empty())
    add_columns(results, cases, options.columns);
  else
    add_groups(results, cases, options.columns.front(), options.group);
  AnalysisResult result;
  result.title = options.group.empty() ? join(options.columns)
                                       : options.columns.front() + " by " + options.group;
  result.exact = results.exact();
  result.readable = results.readable();
  result.notes = results.notes();
  result.notes.insert(result.notes.begin(), "p uncorrected.");
  result.text = results.text();
  return result;
}

}  // namespace

extern const AnalysisEntry kColumnsAnalysis = entry<AnalysisEntry, ColumnsOptions, analyse_columns>(
    "columns",
    "Columns measured in the same cases: mean, correlation, agreement, paired tests, ICC; or one "
    "column between two groups.");

}  // namespace myoseg
