#include "eval/compare/page.h"

#include <fmt/core.h>

#include <algorithm>

#include "eval/compare/tables.h"

namespace myoseg {
namespace {

std::vector<PageNumber> head_numbers(const ComparisonContents& contents) {
  const ComparisonOptions& options = contents.options;
  const RunComparison& comparison = contents.comparison;
  const std::size_t best = comparison.best_first.front();
  const RunRank& rank = comparison.ranks[best];
  const auto firsts = std::count_if(comparison.ranks.begin(), comparison.ranks.end(),
                                    [](const RunRank& other) { return other.rank == 1; });
  const std::string first =
      firsts > 1 ? fmt::format("{} tie", firsts) : contents.input.runs[best].label;
  std::vector<PageNumber> numbers{{"Best run", rank.rank > 0 ? first : "–",
                                   rank.mean.defined()
                                       ? fmt::format("{} {:.3f}, mean over regions",
                                                     compared_quantity(comparison), rank.mean.value)
                                       : rank.mean.reason}};
  if (rank.share.empty())
    numbers.push_back({"Stays first", "–", "needs two patients or more"});
  else
    numbers.push_back({"Stays first", fmt::format("{:.1f} %", 100 * rank.share.front()),
                       fmt::format("of {} bootstrap resamples", options.resamples)});
  const auto significant =
      std::count_if(comparison.pairs.begin(), comparison.pairs.end(), is_significant);
  numbers.push_back(
      {"p ≤ 0.05", fmt::format("{} of {}", significant, comparison.pairs.size()),
       fmt::format("comparisons; Wilcoxon, {}", adjustment_title(options.correction))});
  numbers.push_back({"Cases", std::to_string(comparison.cases.size()),
                     comparison.left_out.empty()
                         ? fmt::format("of {} patients, the same for all", comparison.patients)
                         : fmt::format("of {} patients, common to all; {} left out",
                                       comparison.patients, comparison.left_out.size())});
  return numbers;
}

// Columns of a readable table that are sorted by another one of the exact table.
using SortedBy = std::vector<std::pair<std::size_t, const char*>>;

PageTable page_table(const Table& readable, const Table& exact, const SortedBy& sorted_by,
                     const std::vector<std::size_t>& text_columns) {
  PageTable table;
  for (const std::string& name : readable.columns) table.columns.push_back({name});
  for (const std::size_t c : text_columns) table.columns[c].kind = "name";
  for (const auto& cells : readable.rows) {
    auto& row = table.rows.emplace_back();
    for (const std::string& text : cells) row.push_back({text});
  }
  for (const auto& [column, name] : sorted_by)
    for (std::size_t r = 0; r < table.rows.size(); ++r)
      table.rows[r][column].exact = exact.rows[r][exact.column(name)];
  return table;
}

std::string tables_markup(const ComparisonContents& contents) {
  Table runs = contents.readable_runs;
  runs.columns.pop_back();  // folders have a list of their own
  for (auto& row : runs.rows) row.pop_back();
  const PageTable ranking = page_table(runs, contents.runs,
                                       {{2, "mean"},
                                        {3, "share_of_rank_1"},
                                        {4, "seconds"},
                                        {5, "peak_memory_mib"},
                                        {6, "parameters"}},
                                       {0, 3});
  const Table& pairs = contents.readable_pairs;
  const std::size_t difference = pairs.columns.size() - 5;
  const PageTable every = page_table(pairs, contents.pairs,
                                     {{difference, "difference"},
                                      {difference + 1, "p_t"},
                                      {difference + 2, "p_wilcoxon"},
                                      {difference + 3, "cohen_d"}},
                                     {0, 1});
  return section_markup("Ranking and cost", table_markup(ranking)) +
         section_markup("Every pair in every region",
                        table_markup(every) + notes_markup(contents.notes)) +
         section_markup("Volume correlation",
                        table_markup(myoseg::page_table(contents.readable_volumes, 1,
                                                        {volume_correlation_note()})));
}

std::string counted(std::size_t n, const std::string& what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

}  // namespace

std::string comparison_page(const ComparisonContents& contents,
                            const std::vector<PageChart>& charts) {
  const ComparisonInput& input = contents.input;
  const RunComparison& comparison = contents.comparison;
  NamedTexts runs;
  for (const ComparedRun& run : input.runs)
    runs.emplace_back(run.label, run.about.empty() ? run.name : run.name + ": " + run.about);
  Page page;
  page.title = fmt::format("Comparison of {} runs", input.runs.size());
  page.data_note = fmt::format(
      "{}, {}, over {} and {}.", comparison.metric.header(),
      comparison.stage == Stage::final ? "after post-processing" : "as predicted",
      counted(comparison.cases.size(), "case"), counted(comparison.regions.size(), "region"));
  page.numbers = head_numbers(contents);
  page.body =
      tables_markup(contents) + charts_markup(charts) + section_markup("Runs", list_markup(runs));
  page.provenance = input.provenance;
  return page_markup(page);
}

}  // namespace myoseg
