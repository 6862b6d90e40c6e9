// statistics: what columns of tables have to do with each other.
#include <fmt/core.h>

#include <map>

#include "core/error.h"
#include "core/files.h"
#include "core/table/table.h"
#include "core/text.h"
#include "eval/analysis/analysis.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct StatisticsCommand {
  std::vector<fs::path> tables;
  std::string analysis = "columns";
  std::string key = "case";
  fs::path out, figures;
};
void describe(Fields& f, StatisticsCommand& o) {
  f("tables", o.tables, kAny.must_be_given(),
    "CSV files; several are joined by the column `key`, and a column that more than one of them "
    "has is called FILE.COLUMN, as in TS_dice.dice_muscle.");
  f("analysis", o.analysis, one_of(names_of<AnalysisEntry>()),
    "What is computed; its options, such as `columns`, stand beside these: 'myoseg help "
    "analyses'.");
  f("key", o.key, "Column that names the cases, for joining tables.");
  f("out", o.out,
    "CSV file of the results; further tables stand beside it as OUT_NAME. Empty: none is written.");
  f("figures", o.figures,
    "Folder for the analysis's figures, if it has any; empty: none is drawn.");
  f.require(!o.tables.empty(), "tables must name at least one file");
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

Pick<AnalysisEntry> take_analysis(const std::string& name, std::vector<std::string>& overrides) {
  Pick<AnalysisEntry> analysis(name);
  const Node known = write_options(analysis);
  const Node given = take_known(overrides, known);
  Node all = write_fields(StatisticsCommand{});
  for (const auto& [key, value] : *known.get_if<Node::Map>()) all.set(key, value);
  refuse_other_overrides(overrides, all);
  bind_options(analysis, given);
  return analysis;
}

// results.csv, and results_fit.csv of a table regression_fit.
void write_results(const StatisticsCommand& options, const AnalysisResult& result) {
  std::vector<fs::path> files;
  for (const AnalysisTable& table : result.more)
    files.push_back(options.out.parent_path() /
                    (options.out.stem().string() + table.name.substr(options.analysis.size()) +
                     options.out.extension().string()));
  keep_inputs(options.tables, files);
  write_file(options.out, to_csv(result.exact));
  for (std::size_t i = 0; i < files.size(); ++i) write_file(files[i], to_csv(result.more[i].exact));
}

}  // namespace

std::vector<FieldHelp> statistics_options() {
  std::vector<FieldHelp> options = help_fields(StatisticsCommand{});
  for (FieldHelp& field : help_options(Pick<AnalysisEntry>(StatisticsCommand{}.analysis)))
    options.push_back(std::move(field));
  return options;
}

int statistics_command(const Request& request) {
  std::vector<std::string> overrides = request.overrides;
  const auto options = take_options<StatisticsCommand>(overrides);
  const Pick<AnalysisEntry> analysis = take_analysis(options.analysis, overrides);
  if (!options.out.empty()) keep_inputs(options.tables, {{options.out}});
  const Table table = joined(options.tables, options.key);
  const AnalysisResult result = analysis.make(AnalysisCases{table});
  if (!options.out.empty()) write_results(options, result);
  if (!options.figures.empty())
    for (const Figure& figure : result.figures) draw(options.figures, figure);
  fmt::print("{}", printable(result.text));
  return 0;
}

}  // namespace myoseg
