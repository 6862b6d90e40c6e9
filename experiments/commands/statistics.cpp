// statistics: what columns of tables have to do with each other.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/names.h"
#include "core/table/table.h"
#include "core/text.h"
#include "eval/statistics/agreement.h"
#include "eval/statistics/cells.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/groups.h"
#include "eval/statistics/icc.h"
#include "eval/statistics/paired.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using statistics::Estimate;
using statistics::Interval;

struct StatisticsCommand {
  std::vector<fs::path> tables;
  std::vector<std::string> columns;
  std::string group, key = "case";
  fs::path out;
};
void describe(Fields& f, StatisticsCommand& o) {
  f("tables", o.tables, kAny.must_be_given(),
    "CSV files; several are joined by the column `key`, and a column that more than one of them "
    "has is called FILE.COLUMN, as in TS_dice.dice_muscle.");
  f("columns", o.columns, kAny.must_be_given(),
    "Two or more columns measured in the same cases; with `group` one.");
  f("group", o.group, "Column with two values: the column is compared between its groups.");
  f("key", o.key, "Column that names the cases, for joining tables.");
  f("out", o.out, "CSV file of the results; empty: none is written.");
  f.require(o.group.empty() ? o.columns.empty() || o.columns.size() >= 2 : o.columns.size() == 1,
            "columns must name at least two columns, or exactly one with group");
}

// All columns of all tables, with the rows whose key every table has.
Table joined(const std::vector<fs::path>& files, const std::string& key) {
  std::vector<Table> tables;
  std::map<std::string, int> uses;
  for (const fs::path& file : files) {
    tables.push_back(read_csv(file));
    for (const std::string& column : tables.back().columns) ++uses[column];
  }
  if (tables.size() == 1) return tables.front();
  Table all;
  std::vector<RowIndex> rows;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    all.source += (t == 0 ? "" : " and ") + files[t].string();
    rows.emplace_back(tables[t], tables[t].column(key));
    for (const std::string& column : tables[t].columns)
      all.columns.push_back(uses[column] > 1 ? files[t].stem().string() + "." + column : column);
  }
  const std::size_t names = tables.front().column(key);
  for (const auto& row : tables.front().rows) {
    const std::string& name = row[names];
    std::vector<std::string> cells;
    for (std::size_t t = 0; t < tables.size(); ++t) {
      const auto found = rows[t].find(name);
      if (!found || tables[t].rows.size() != tables.front().rows.size())
        throw data_error("{} and {}: do not have the same rows by {}, such as '{}'",
                         files.front().string(), files[t].string(), key, name);
      const auto& more = tables[t].rows[*found];
      cells.insert(cells.end(), more.begin(), more.end());
    }
    all.rows.push_back(std::move(cells));
  }
  return all;
}

std::size_t known_column(const Table& table, const std::string& name) {
  const auto found = table.find_column(name);
  if (!found)
    throw data_error("{}: has no column '{}'{}; its columns are {}", table.source, name,
                     did_you_mean(name, table.columns), join(table.columns));
  return *found;
}

// Rows with a number in every one of the columns; the others are left out.
std::vector<std::vector<double>> complete(const Table& table,
                                          const std::vector<std::size_t>& columns,
                                          std::vector<std::size_t>& rows) {
  std::vector<std::vector<double>> values(columns.size());
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const bool lacks = std::any_of(columns.begin(), columns.end(),
                                   [&](std::size_t c) { return is_missing(table.rows[r][c]); });
    if (lacks) continue;
    rows.push_back(r);
    for (std::size_t i = 0; i < columns.size(); ++i)
      values[i].push_back(table.number(r, columns[i]));
  }
  return values;
}

struct Result {
  std::string statistic, of;
  std::size_t n = 0;
  Estimate value;
  std::optional<Interval> ci;  // where the statistic has one
  std::optional<Estimate> p;
  std::string note;
};

class Results {
 public:
  void add(const std::string& statistic, const std::string& of, std::size_t n,
           const Estimate& value, std::optional<Interval> ci = {}, std::optional<Estimate> p = {},
           const std::string& note = "") {
    const std::string why =
        statistics::reasons({note, value.reason, ci ? ci->reason : "", p ? p->reason : ""});
    all_.push_back({statistic, of, n, value, std::move(ci), std::move(p), why});
  }
  [[nodiscard]] const std::vector<Result>& all() const { return all_; }

 private:
  std::vector<Result> all_;
};

Table exact_table(const Results& results) {
  Table table;
  table.columns = {"statistic", "of", "n", "value", "ci_low", "ci_high", "p", "note"};
  for (const Result& result : results.all()) {
    std::vector<std::string> row{result.statistic, result.of, std::to_string(result.n),
                                 statistics::cell(result.value)};
    statistics::add_cells(row, result.ci.value_or(Interval()));
    row.push_back(statistics::cell(result.p.value_or(Estimate())));
    row.push_back(result.note);
    table.rows.push_back(std::move(row));
  }
  return table;
}

void describe_values(Results& results, const std::string& name, const std::vector<double>& values) {
  const statistics::Description d = statistics::describe_sample(values);
  results.add("mean", name, values.size(), d.mean);
  results.add("SD", name, values.size(), d.sd);
  results.add("median", name, values.size(), d.median);
}

const char* method_name(statistics::RankMethod method) {
  return method == statistics::RankMethod::exact ? "exact" : "normal approximation";
}

void add_pair(Results& results, const std::string& of, const std::vector<double>& x,
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

void add_columns(Results& results, const Table& table, const std::vector<std::string>& names) {
  std::vector<std::size_t> columns, rows;
  for (const std::string& name : names) columns.push_back(known_column(table, name));
  const auto values = complete(table, columns, rows);
  for (std::size_t i = 0; i < names.size(); ++i) describe_values(results, names[i], values[i]);
  for (std::size_t a = 0; a < names.size(); ++a)
    for (std::size_t b = a + 1; b < names.size(); ++b)
      add_pair(results, names[a] + " - " + names[b], values[a], values[b]);
  const statistics::Icc icc = statistics::icc(values);
  for (const statistics::IccForm form : statistics::kIccForms)
    results.add(std::string(icc_name(form)), join(names, " | "), rows.size(), icc[form].value,
                icc[form].ci, icc[form].p);
}

void add_groups(Results& results, const Table& table, const std::string& name,
                const std::string& group) {
  const std::size_t column = known_column(table, name), groups = known_column(table, group);
  std::vector<std::size_t> rows;
  const auto values = complete(table, {column}, rows).front();
  std::map<std::string, std::vector<double>> of;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const std::string& key = table.rows[rows[i]][groups]; !is_missing(key))
      of[key].push_back(values[i]);
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

// Six digits; the file has all.
std::string aligned(const Results& results) {
  std::string text, of;
  const auto number = [](const Estimate& e) {
    return e.defined() ? fmt::format("{:.6g}", e.value) : std::string("NA");
  };
  for (const Result& result : results.all()) {
    if (result.of != of) text += fmt::format("\n{} (n = {})\n", of = result.of, result.n);
    text += fmt::format("  {:<26} {:>12}", result.statistic, number(result.value));
    if (result.ci && result.ci->defined())
      text += fmt::format("  [{:.6g}, {:.6g}]", result.ci->low, result.ci->high);
    // What is too small for a double is not impossible.
    if (result.p && result.p->defined())
      text += result.p->value == 0 ? "  p < 1e-300" : "  p " + number(*result.p);
    text += (result.note.empty() ? "" : "  (" + result.note + ")") + "\n";
  }
  return text;
}

}  // namespace

std::vector<FieldHelp> statistics_options() { return help_fields(StatisticsCommand{}); }

int statistics_command(const Request& request) {
  const auto options = only_options<StatisticsCommand>(request.overrides);
  if (!options.out.empty()) keep_inputs(options.tables, {{options.out}});
  const Table table = joined(options.tables, options.key);
  Results results;
  if (options.group.empty())
    add_columns(results, table, options.columns);
  else
    add_groups(results, table, options.columns.front(), options.group);
  if (!options.out.empty()) write_file(options.out, to_csv(exact_table(results)));
  fmt::print("{}", printable(aligned(results)));
  return 0;
}

}  // namespace myoseg
