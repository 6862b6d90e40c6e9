#include "eval/measure/summaries.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "eval/statistics/sample.h"

namespace myoseg {

std::vector<Summary> summarise(const std::vector<Score>& scores) {
  using Key = std::tuple<std::string, Stage, std::string>;  // region, stage, metric
  using Place = std::tuple<std::string, int, std::string, std::string,
                           Stage>;  // run, fold, case, region, stage
  std::vector<Key> order;
  std::map<Key, std::vector<double>> values;
  std::set<Place> wanted, found;
  for (const Score& s : scores) {
    const Key key{s.region, s.stage, s.metric};
    auto [entry, is_new] = values.try_emplace(key);
    if (is_new) order.push_back(key);
    if (!std::isnan(s.value)) entry->second.push_back(s.value);
    if (s.value != 0 && s.metric == kTruthVolume)
      wanted.insert({s.run, s.fold, s.case_id, s.region, s.stage});
    if (s.value != 0 && s.metric == kPredictionVolume)
      found.insert({s.run, s.fold, s.case_id, s.region, s.stage});
  }
  std::map<std::pair<std::string, Stage>, int> missed;
  for (const Place& place : wanted)
    if (!found.contains(place)) ++missed[{std::get<3>(place), std::get<4>(place)}];

  std::vector<Summary> summaries;
  for (const Key& key : order) {
    const auto& [region, stage, metric] = key;
    const statistics::MeanSd moments = statistics::mean_sd(values[key]);
    const auto count = missed.find({region, stage});
    summaries.push_back({region, stage, metric, static_cast<int>(values[key].size()),
                         count == missed.end() ? 0 : count->second, moments.mean, moments.sd});
  }
  return summaries;
}

const Summary* find_summary(const std::vector<Summary>& summaries, std::string_view region,
                            Stage stage, std::string_view metric) {
  for (const Summary& s : summaries)
    if (s.region == region && s.stage == stage && s.metric == metric) return &s;
  return nullptr;
}

Stage counting_stage(const std::vector<Score>& scores) {
  const bool has_final = std::any_of(scores.begin(), scores.end(),
                                     [](const Score& s) { return s.stage == Stage::final; });
  return has_final ? Stage::final : Stage::raw;
}

Table summary_table(const std::vector<Summary>& summaries) {
  Table table;
  table.columns = {"region", "stage", "metric", "n", "missed", "mean", "sd"};
  for (const Summary& s : summaries)
    table.rows.push_back({s.region, std::string(name_of(s.stage)), s.metric, std::to_string(s.n),
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
    summaries.push_back(
        {row[region], stage_in(table, i, stage), row[metric], static_cast<int>(table.number(i, n)),
         static_cast<int>(table.number(i, missed)), table.number(i, mean), table.number(i, sd)});
  }
  return summaries;
}

}  // namespace myoseg
