#include "eval/summaries.h"

namespace myoseg {
Table summary_table(const std::vector<Summary>& summaries) {
  Table table;
  table.columns = {"region", "stage", "metric", "n", "missed", "mean", "sd"};
  for (const Summary& s : summaries)
    table.rows.push_back({s.region, s.stage, s.metric, std::to_string(s.n),
                          std::to_string(s.missed), format_number(s.mean), format_number(s.sd)});
  return table;
}

std::vector<Summary> read_summaries(const std::filesystem::path& file) {
  const Table table = read_csv(file);
  const std::size_t region = table.column("region"), stage = table.column("stage"),
                    metric = table.column("metric"), n = table.column("n"),
                    missed = table.column("missed"), mean = table.column("mean"),
                    sd = table.column("sd");
  std::vector<Summary> summaries;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    summaries.push_back({row[region], row[stage], row[metric], static_cast<int>(table.number(i, n)),
                         static_cast<int>(table.number(i, missed)), table.number(i, mean),
                         table.number(i, sd)});
  }
  return summaries;
}

}  // namespace myoseg
