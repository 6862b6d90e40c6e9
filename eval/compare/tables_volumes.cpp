// The volume correlations of the runs side by side.
#include <algorithm>
#include <utility>

#include "core/names.h"
#include "eval/compare/tables.h"
#include "eval/draw/readable.h"

namespace myoseg {

Table volumes_table(const ComparisonInput& input, const RunComparison& comparison) {
  Table table;
  for (std::size_t r = 0; r < input.runs.size(); ++r) {
    const Table of_run = volume_correlation_table(comparison.volumes[r]);
    table.columns = of_run.columns;
    table.columns.insert(table.columns.begin(), "run");
    for (std::vector<std::string> row : of_run.rows) {
      row.insert(row.begin(), input.runs[r].label);
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table readable_volumes_table(const ComparisonInput& input, const RunComparison& comparison) {
  Table table;
  table.columns = {"Region", "n"};
  for (const ComparedRun& run : input.runs)
    table.columns.push_back(std::string(kVolumeCorrelationTitle) + ", " + run.label);
  for (std::size_t k = 0; k < comparison.regions.size(); ++k) {
    std::vector<std::string> counts, cells;
    for (const auto& of_run : comparison.volumes) {
      const statistics::Correlation& pearson = of_run[k].pearson;
      counts.push_back(std::to_string(pearson.n));
      cells.push_back(value_and_interval(pearson.coefficient, pearson.ci, 3));
    }
    const bool same = std::all_of(counts.begin(), counts.end(),
                                  [&](const std::string& n) { return n == counts.front(); });
    auto& row = table.rows.emplace_back();
    row = {region_title(comparison.regions[k]), same ? counts.front() : join(counts, " / ")};
    row.insert(row.end(), cells.begin(), cells.end());
  }
  return table;
}

}  // namespace myoseg
