// scores.csv and the summaries made from it.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "core/error.h"
#include "core/files.h"
#include "core/table.h"
#include "eval/scores.h"
#include "eval/statistics/sample.h"

namespace myoseg {

void write_scores(const std::filesystem::path& file, const std::vector<Score>& scores) {
  Table table;
  table.columns = {"run", "fold", "case", "region", "stage", "metric", "value"};
  for (const Score& s : scores)
    table.rows.push_back({s.run, std::to_string(s.fold), s.case_id, s.region, s.stage, s.metric,
                          format_number(s.value)});
  write_file(file, to_csv(table));
}

std::vector<Score> read_scores(const std::filesystem::path& file) {
  const Table table = read_csv(file);
  const std::size_t run = table.column("run"), fold = table.column("fold"),
                    case_id = table.column("case"), region = table.column("region"),
                    stage = table.column("stage"), metric = table.column("metric"),
                    value = table.column("value");
  std::vector<Score> scores;
  scores.reserve(table.rows.size());
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    const double fold_number = table.number(i, fold);
    // A fold outside int would be undefined behaviour in the cast.
    if (!(fold_number >= -1 && fold_number <= 1e6) || fold_number != std::floor(fold_number))
      throw data_error("{}: row {}: the fold should be a whole number from -1 but is '{}'.",
                       table.source, i + 2, row[fold]);
    scores.push_back({row[run], static_cast<int>(fold_number), row[case_id], row[region],
                      row[stage], row[metric], table.number(i, value)});
  }
  return scores;
}

std::vector<Summary> summarise(const std::vector<Score>& scores) {
  using Key = std::tuple<std::string, std::string, std::string>;  // region, stage, metric
  using Place = std::tuple<std::string, int, std::string, std::string,
                           std::string>;  // run, fold, case, region, stage
  std::vector<Key> order;
  std::map<Key, std::vector<double>> values;
  std::set<Place> wanted, found;
  for (const Score& s : scores) {
    const Key key{s.region, s.stage, s.metric};
    auto [entry, is_new] = values.try_emplace(key);
    if (is_new) order.push_back(key);
    if (!std::isnan(s.value)) entry->second.push_back(s.value);
    if (s.value > 0 && s.metric == kTruthVolume)
      wanted.insert({s.run, s.fold, s.case_id, s.region, s.stage});
    if (s.value > 0 && s.metric == kPredictionVolume)
      found.insert({s.run, s.fold, s.case_id, s.region, s.stage});
  }
  std::map<std::pair<std::string, std::string>, int> missed;
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

}  // namespace myoseg
