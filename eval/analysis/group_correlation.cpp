// How measured values go with a condition such as sarcopenia, stratum by stratum: the
// point-biserial correlation of each column and of sums of columns (Kim et al. 2024, Figures 7 and
// 8).
#include <fmt/core.h>

#include <algorithm>

#include "core/error.h"
#include "eval/analysis/analysis.h"
#include "eval/analysis/group_findings.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/descriptive.h"

namespace myoseg {
namespace {

using statistics::Estimate;
using statistics::Undefined;

struct ColumnGroup {
  std::string name;
  std::vector<std::string> columns;
};
void describe(Fields& f, ColumnGroup& o) {
  f("name", o.name, kAny.must_be_given(), "What the sum is called.");
  f("columns", o.columns, kAny.must_be_given(), "Columns whose values are added.");
  f.require(!o.columns.empty(), "columns must name at least one column");
}

struct GroupCorrelationOptions : ConditionOptions {
  std::vector<std::string> columns;
  std::vector<ColumnGroup> groups;
  std::string prefix, suffix, height;
  statistics::Adjustment correction = statistics::Adjustment::holm;
};
void describe(Fields& f, GroupCorrelationOptions& o) {
  describe_condition(f, o);
  f("columns", o.columns, "Columns that are correlated with the condition, each by itself.");
  f("groups", o.groups, "Sums of columns that are: a list of {name, columns}.");
  f("prefix", o.prefix,
    "What the names of all these columns begin with and tables leave out: volume_ml_.");
  f("suffix", o.suffix, "What they end with, likewise: _label takes those of the label.");
  f("height", o.height,
    "Column of the height; values are divided by its square. Empty: as they are.");
  f("correction", o.correction, "Correction of the p-values over all rows and strata.");
  f.require(!o.columns.empty() || !o.groups.empty(), "columns or groups must name something");
}

// Columns whose sum is one row.
struct Sum {
  std::string of;
  std::vector<std::size_t> columns;
};
std::vector<Sum> sums_of(const GroupCorrelationOptions& options, const Table& cases) {
  std::vector<Sum> sums;
  const auto add = [&](const std::string& of, const std::vector<std::string>& names) {
    Sum& sum = sums.emplace_back(Sum{of, {}});
    for (const std::string& name : names)
      sum.columns.push_back(column_of(cases, options.prefix + name + options.suffix));
  };
  for (const std::string& name : options.columns) add(name, {name});
  for (const ColumnGroup& group : options.groups) add(group.name, group.columns);
  return sums;
}

// Of each row of the table; nothing where a number is missing.
std::vector<std::optional<double>> values_of(const GroupCorrelationOptions& options,
                                             const Table& cases, const Sum& sum) {
  std::vector<std::size_t> columns = sum.columns;
  if (!options.height.empty()) columns.push_back(column_of(cases, options.height));
  const CompleteRows complete = complete_rows(cases, columns);
  std::vector<std::optional<double>> values(cases.rows.size());
  for (std::size_t i = 0; i < complete.rows.size(); ++i) {
    double value = 0;
    for (std::size_t c = 0; c < sum.columns.size(); ++c) value += complete.values[c][i];
    if (!options.height.empty()) {
      const double height = complete.values.back()[i];
      if (!(height > 0))
        throw data_error("{}: row {}: its {} is {:g}; a height is above 0", cases.source,
                         complete.rows[i] + 2, options.height, height);
      value /= height * height;
    }
    values[complete.rows[i]] = value;
  }
  return values;
}

Finding find(const Sum& sum, const Stratum& stratum,
             const std::vector<std::optional<double>>& values) {
  std::vector<double> has, all, with, without;
  for (std::size_t i = 0; i < stratum.rows.size(); ++i) {
    const std::optional<double>& value = values[stratum.rows[i]];
    if (!value) continue;
    has.push_back(stratum.has[i]);
    all.push_back(*value);
    (stratum.has[i] == 1 ? with : without).push_back(*value);
  }
  Finding result;
  result.of = sum.of;
  result.stratum = stratum.name;
  result.with = with.size();
  result.without = without.size();
  result.mean_with = statistics::describe_sample(with).mean;
  result.mean_without = statistics::describe_sample(without).mean;
  result.r = statistics::point_biserial(has, all);
  // One case says nothing of the spread of its group.
  if (std::min(with.size(), without.size()) < 2) {
    const Undefined why{
        fmt::format("needs two cases with the condition and two without, found {} and {}",
                    with.size(), without.size())};
    result.r.coefficient = result.r.p = why;
    result.r.ci = why;
  }
  return result;
}

// By row, then stratum.
std::vector<Finding> findings_of(const GroupCorrelationOptions& options, const Table& cases,
                                 const Condition& condition) {
  std::vector<Finding> findings;
  for (const Sum& sum : sums_of(options, cases)) {
    const auto values = values_of(options, cases, sum);
    for (const Stratum& stratum : condition.strata) findings.push_back(find(sum, stratum, values));
  }
  std::vector<Estimate> p;
  for (const Finding& one : findings) p.push_back(one.r.p);
  const auto adjusted = statistics::adjust_p(p, options.correction);
  for (std::size_t i = 0; i < findings.size(); ++i) findings[i].p_adjusted = adjusted[i];
  return findings;
}

AnalysisResult analyse_groups(const GroupCorrelationOptions& options, const AnalysisCases& of) {
  const Table& cases = of.cases;
  GroupFindings found{
      find_condition(cases, options), {}, options.strata, options.height, options.correction};
  found.findings = findings_of(options, cases, found.condition);
  if (found.findings.empty())
    throw data_error("{}: no case has a value of '{}'", cases.source, options.strata);
  AnalysisResult result;
  result.title = fmt::format("Correlation with {}{}", found.condition.name,
                             options.columns.empty() ? ", groups" : "");
  result.exact = exact_table(found);
  result.readable = readable_table(found);
  result.notes = notes_of(found);
  for (const auto& row : result.readable.rows)
    result.text += fmt::format("{}, {} ({} with, {} without): r {} [{}]  p {} ({})\n", row[0],
                               row[1], row[2], row[3], row[4], row[5], row[6], row[7]);
  for (const std::string& note : result.notes) result.text += note + "\n";
  result.figures.push_back(figure_of(found));
  return result;
}

}  // namespace

extern const AnalysisEntry kGroupCorrelationAnalysis =
    entry<AnalysisEntry, GroupCorrelationOptions, analyse_groups>(
        "group_correlation",
        "Point-biserial correlation of columns, and of sums of columns, with a condition in each "
        "stratum, with a heat map.");

}  // namespace myoseg
