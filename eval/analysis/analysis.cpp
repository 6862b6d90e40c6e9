#include "eval/analysis/analysis.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {

extern const AnalysisEntry kColumnsAnalysis, kCorrelationAnalysis, kGroupCorrelationAnalysis,
    kRegressionAnalysis;

std::span<const AnalysisEntry* const> table(const AnalysisEntry*) {
  static const AnalysisEntry* const entries[] = {&kColumnsAnalysis, &kCorrelationAnalysis,
                                                 &kGroupCorrelationAnalysis, &kRegressionAnalysis};
  return entries;
}

namespace {

std::string some_of(std::vector<std::string> names) {
  constexpr std::size_t kShown = 24;
  const std::size_t more = names.size() - std::min(names.size(), kShown);
  names.resize(names.size() - more);
  return join(names) + (more == 0 ? "" : fmt::format(" and {} more", more));
}

}  // namespace

std::size_t column_of(const Table& cases, const std::string& name) {
  const auto found = cases.find_column(name);
  if (!found)
    throw data_error("{}: has no column '{}'{}; its columns are {}", cases.source, name,
                     did_you_mean(name, cases.columns), some_of(cases.columns));
  return *found;
}

CompleteRows complete_rows(const Table& cases, const std::vector<std::size_t>& columns) {
  CompleteRows complete;
  complete.values.resize(columns.size());
  for (std::size_t r = 0; r < cases.rows.size(); ++r) {
    const bool lacks = std::any_of(columns.begin(), columns.end(),
                                   [&](std::size_t c) { return is_missing(cases.rows[r][c]); });
    if (lacks) continue;
    complete.rows.push_back(r);
    for (std::size_t i = 0; i < columns.size(); ++i)
      complete.values[i].push_back(cases.number(r, columns[i]));
  }
  return complete;
}

}  // namespace myoseg
