#include "eval/comparison_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <kainjow/mustache.hpp>

#include "eval/comparison_tables.h"
#include "eval/page.h"

namespace myoseg {
namespace {

using kainjow::mustache::data;

constexpr int kWidestChart = 960;  // px: the page's own width

data number(const std::string& name, const std::string& value, const std::string& about) {
  data d;
  d.set("name", name);
  d.set("value", value);
  d.set("about", about);
  return d;
}

void set_numbers(data& page, const ComparisonInput& input, const ComparisonOptions& options,
                 const RunComparison& comparison) {
  data list(data::type::list);
  const std::size_t best = best_first(comparison).front();
  const RunRank& rank = comparison.ranks[best];
  const auto firsts = std::count_if(comparison.ranks.begin(), comparison.ranks.end(),
                                    [](const RunRank& other) { return other.rank == 1; });
  const std::string first = firsts > 1 ? fmt::format("{} tie", firsts) : input.runs[best].label;
  list << number("Best run", rank.rank > 0 ? first : "–",
                 rank.mean.defined() ? fmt::format("{} {:.3f}, mean over regions",
                                                   compared_quantity(comparison), rank.mean.value)
                                     : rank.mean.reason);
  if (rank.share.empty())
    list << number("Stays first", "–", "needs two patients or more");
  else
    list << number("Stays first", fmt::format("{:.1f} %", 100 * rank.share.front()),
                   fmt::format("of {} bootstrap resamples", options.resamples));
  const auto significant =
      std::count_if(comparison.pairs.begin(), comparison.pairs.end(), is_significant);
  list << number("p ≤ 0.05", fmt::format("{} of {}", significant, comparison.pairs.size()),
                 fmt::format("comparisons; Wilcoxon, {}", correction_title(options.correction)));
  list << number("Cases", std::to_string(comparison.cases.size()),
                 comparison.left_out.empty()
                     ? fmt::format("of {} patients, the same for all", comparison.patients)
                     : fmt::format("of {} patients, common to all; {} left out",
                                   comparison.patients, comparison.left_out.size()));
  page.set("numbers", list);
}

// `exact`: what each cell of `readable` is sorted by, where that is not its text.
data table_data(const std::string& title, const Table& readable,
                const std::vector<std::vector<std::string>>& exact,
                const std::vector<std::size_t>& text_columns) {
  const auto is_text = [&](std::size_t c) {
    return std::find(text_columns.begin(), text_columns.end(), c) != text_columns.end();
  };
  data table, columns(data::type::list), rows(data::type::list);
  for (std::size_t c = 0; c < readable.columns.size(); ++c) {
    data d;
    d.set("name", readable.columns[c]);
    d.set("text", is_text(c));
    columns << d;
  }
  for (std::size_t r = 0; r < readable.rows.size(); ++r) {
    data row, cells(data::type::list);
    for (std::size_t c = 0; c < readable.columns.size(); ++c) {
      data cell;
      cell.set("text", readable.rows[r][c]);
      cell.set("exact", exact[r][c]);
      if (is_text(c)) cell.set("class", "name");
      cells << cell;
    }
    row.set("cells", cells);
    rows << row;
  }
  table.set("title", title);
  table.set("columns", columns);
  table.set("rows", rows);
  return table;
}

// Replaces the cells of a readable table by those of the exact one that they show.
std::vector<std::vector<std::string>> sort_keys(
    const Table& readable, const Table& exact,
    const std::vector<std::pair<std::size_t, const char*>>& shown) {
  auto keys = readable.rows;
  for (const auto& [column, name] : shown)
    for (std::size_t r = 0; r < keys.size(); ++r)
      keys[r][column] = exact.rows[r][exact.column(name)];
  return keys;
}

void set_tables(data& page, const ComparisonInput& input, const ComparisonOptions& options,
                const RunComparison& comparison) {
  data list(data::type::list);
  Table runs = readable_runs_table(input, comparison);
  const auto run_keys = sort_keys(runs, runs_table(input, comparison),
                                  {{2, "mean"},
                                   {3, "share_of_rank_1"},
                                   {4, "seconds"},
                                   {5, "peak_memory_mib"},
                                   {6, "parameters"}});
  runs.columns.pop_back();  // folders have a list of their own
  for (auto& row : runs.rows) row.pop_back();
  list << table_data("Ranking and cost", runs, run_keys, {0, 3});
  const Table pairs = readable_pairs_table(input, options, comparison);
  const std::size_t difference = pairs.columns.size() - 5;
  const auto pair_keys = sort_keys(pairs, pairs_table(input, comparison),
                                   {{difference, "difference"},
                                    {difference + 1, "p_t"},
                                    {difference + 2, "p_wilcoxon"},
                                    {difference + 3, "cohen_d"}});
  list << table_data("Every pair in every region", pairs, pair_keys, {0, 1});
  page.set("tables", list);
}

void set_charts(data& page, const std::vector<ComparisonChart>& charts) {
  data list(data::type::list);
  int drawn = 0;
  for (const ComparisonChart& chart : charts) {
    data d;
    d.set("title", chart.title);
    d.set("caption", chart.caption);
    d.set("width", std::to_string(std::min(chart.width, kWidestChart)));
    d.set("least", std::to_string(4 * chart.width / 5));  // letters stay readable; then it scrolls
    if (!chart.markup.empty()) {
      d.set("markup", chart.markup);
      d.set("number", std::to_string(++drawn));
    } else {
      d.set("markup", false);
    }
    list << d;
  }
  page.set("charts", list);
}

data pairs_list(const std::vector<std::pair<std::string, std::string>>& pairs) {
  data list(data::type::list);
  for (const auto& [name, value] : pairs) {
    data d;
    d.set("name", name);
    d.set("value", value);
    list << d;
  }
  return list;
}

}  // namespace

std::string comparison_page(const ComparisonInput& input, const ComparisonOptions& options,
                            const RunComparison& comparison,
                            const std::vector<ComparisonChart>& charts) {
  data page;
  page.set("title", fmt::format("Comparison of {} runs", input.runs.size()));
  page.set("data",
           fmt::format("{}, {}, over {} {} and {} {}.", comparison.metric.header(),
                       options.stage == "final" ? "after post-processing" : "as predicted",
                       comparison.cases.size(), comparison.cases.size() == 1 ? "case" : "cases",
                       comparison.regions.size(),
                       comparison.regions.size() == 1 ? "region" : "regions"));
  page.set("style", kPageStyle);
  page.set("sort_script", kSortScript);
  set_numbers(page, input, options, comparison);
  set_tables(page, input, options, comparison);
  data notes(data::type::list);
  for (const std::string& note : comparison_notes(input, options, comparison)) notes << data(note);
  page.set("notes", notes);
  set_charts(page, charts);
  std::vector<std::pair<std::string, std::string>> runs;
  for (const ComparedRun& run : input.runs)
    runs.emplace_back(run.label, run.about.empty() ? run.name : run.name + ": " + run.about);
  page.set("runs", pairs_list(runs));
  page.set("origin", pairs_list(input.provenance));
  kainjow::mustache::mustache layout{std::string(kComparisonTemplate)};
  return layout.render(page);
}

}  // namespace myoseg
