#include "eval/sweep/tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "eval/draw/readable.h"
#include "eval/statistics/precision.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Place of a state among the rows without a rank.
int state_order(RunState state) {
  using enum RunState;
  return state == done ? 0 : state == stopped ? 1 : state == failed ? 3 : 2;
}

void check(const SweepReportInput& input) {
  for (const SweepRow& row : input.rows)
    if (row.settings.size() != input.keys.size() || row.scores.size() != input.score_names.size())
      throw failure(
          "The report of sweep '{}' cannot show run '{}': it has {} settings and {} scores where "
          "{} and {} are needed",
          input.title, row.run, row.settings.size(), row.scores.size(), input.keys.size(),
          input.score_names.size());
}

std::string parameters_text(std::int64_t parameters) {
  if (parameters <= 0) return "–";
  const double millions = static_cast<double>(parameters) * 1e-6;
  return millions < 0.1 ? fmt::format("{:.1f} k", millions * 1e3)
                        : fmt::format("{:.2f} M", millions);
}

}  // namespace

double headline(const SweepRow& row) {
  const bool has_one =
      row.state == RunState::done && !row.scores.empty() && std::isfinite(row.scores[0]);
  return has_one ? row.scores[0] : kNaN;
}

std::string headline_name(const SweepReportInput& input) {
  return input.score_names.empty() ? "score" : input.score_names.front();
}

std::vector<RankedRow> ranked_rows(const SweepReportInput& input) {
  check(input);
  std::vector<RankedRow> ranked;
  for (const SweepRow& row : input.rows) ranked.push_back({&row, 0});
  std::stable_sort(ranked.begin(), ranked.end(), [&](const RankedRow& a, const RankedRow& b) {
    const double x = goodness(input.better, headline(*a.row)),
                 y = goodness(input.better, headline(*b.row));
    if (std::isnan(x) || std::isnan(y))
      return std::isnan(x) && std::isnan(y) ? state_order(a.row->state) < state_order(b.row->state)
                                            : std::isnan(y);
    return x > y;
  });
  std::size_t with_rank = 0;
  for (double before = kNaN; with_rank < ranked.size(); ++with_rank) {
    RankedRow& row = ranked[with_rank];
    const double score = goodness(input.better, headline(*row.row));
    if (std::isnan(score)) break;
    const bool same = statistics::tied(std::exchange(before, score), score);
    row.rank = same ? ranked[with_rank - 1].rank : static_cast<int>(with_rank) + 1;
  }
  // Rounding does not order runs that share a rank.
  std::sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(with_rank),
            [](const RankedRow& a, const RankedRow& b) {
              return std::pair(a.rank, a.row) < std::pair(b.rank, b.row);
            });
  return ranked;
}

Table sweep_table(const SweepReportInput& input) {
  Table table;
  table.columns = {"rank"};
  table.columns.insert(table.columns.end(), input.keys.begin(), input.keys.end());
  table.columns.insert(table.columns.end(), input.score_names.begin(), input.score_names.end());
  for (const char* name : {"seconds", "peak_memory_mib", "parameters", "state", "run", "failure"})
    table.columns.emplace_back(name);
  for (const auto& [row, rank] : ranked_rows(input)) {
    std::vector<std::string> cells{rank > 0 ? std::to_string(rank) : "NA"};
    cells.insert(cells.end(), row->settings.begin(), row->settings.end());
    for (const double score : row->scores) cells.push_back(format_number(score));
    cells.push_back(format_number(row->seconds));
    cells.push_back(format_number(row->peak_memory_mib));
    cells.push_back(row->parameters > 0 ? std::to_string(row->parameters) : "NA");
    cells.insert(cells.end(), {std::string(name_of(row->state)), row->run, row->failure});
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table readable_sweep_table(const SweepReportInput& input) {
  Table table = sweep_table(input);
  const std::vector<RankedRow> ranked = ranked_rows(input);
  const std::size_t scores = 1 + input.keys.size(), costs = scores + input.score_names.size();
  const char* const heads[] = {"Time", "Memory, MiB", "Parameters", "State", "Run", "Failure"};
  table.columns[0] = "#";
  std::copy(std::begin(heads), std::end(heads),
            table.columns.begin() + static_cast<std::ptrdiff_t>(costs));
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const SweepRow& row = *ranked[i].row;
    auto& cells = table.rows[i];
    if (ranked[i].rank == 0) cells[0] = "–";
    for (std::size_t k = 1; k < scores; ++k)
      if (cells[k].empty()) cells[k] = "''";
    for (std::size_t s = 0; s < row.scores.size(); ++s)
      cells[scores + s] = mean_and_sd(row.scores[s], kNaN);
    cells[costs] = duration_text(row.seconds);
    cells[costs + 1] =
        std::isnan(row.peak_memory_mib) ? "–" : fmt::format("{:.0f}", row.peak_memory_mib);
    cells[costs + 2] = parameters_text(row.parameters);
  }
  return table;
}

}  // namespace myoseg
