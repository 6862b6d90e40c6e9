#include "eval/sweep/tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "eval/draw/readable.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string parameters_text(std::int64_t parameters) {
  if (parameters <= 0) return "–";
  const double millions = static_cast<double>(parameters) * 1e-6;
  return millions < 0.1 ? fmt::format("{:.1f} k", millions * 1e3)
                        : fmt::format("{:.2f} M", millions);
}

}  // namespace

Table sweep_table(const SweepReportInput& input, const std::vector<RankedRow>& ranked) {
  Table table;
  table.columns = {"rank"};
  table.columns.insert(table.columns.end(), input.keys.begin(), input.keys.end());
  table.columns.insert(table.columns.end(), input.score_names.begin(), input.score_names.end());
  for (const char* name : {"seconds", "peak_memory_mib", "parameters", "state", "run", "failure"})
    table.columns.emplace_back(name);
  for (const auto& [row, rank] : ranked) {
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

Table readable_sweep_table(const SweepReportInput& input, const std::vector<RankedRow>& ranked,
                           Table exact) {
  Table table = std::move(exact);
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
