#include "eval/compare/scores.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kSameVolume = 1e-6;  // relative

using Key = std::pair<std::string, std::string>;  // case, region

// What one run's scores say of a case and region.
struct Cell {
  bool scored = false;
  double value = kNaN, truth_ml = kNaN, prediction_ml = kNaN, diagonal_mm = kNaN;
};

struct RunScores {
  std::vector<std::string> regions;  // by first appearance
  std::set<std::string> cases;
  std::map<Key, Cell> cells;
};

void require_some(const RunScores& found, const ComparedRun& run, const std::string& metric,
                  Stage stage) {
  if (!found.cases.empty()) return;
  std::set<std::string> stages, metrics;
  for (const Score& s : run.scores) {
    stages.emplace(name_of(s.stage));
    if (s.stage == stage) metrics.insert(s.metric);
  }
  const auto listed = [](const std::set<std::string>& names) {
    return join(std::vector<std::string>(names.begin(), names.end()));
  };
  if (stages.empty()) throw data_error("run '{}' has no scores at all", run.label);
  if (metrics.empty())
    throw data_error("run '{}' has no scores of the stage '{}'; its stages are: {}", run.label,
                     name_of(stage), listed(stages));
  throw data_error("run '{}' was not scored with the metric '{}'; its scores are: {}", run.label,
                   metric, listed(metrics));
}

RunScores read_run(const ComparedRun& run, const std::string& metric, Stage stage) {
  RunScores found;
  for (const Score& s : run.scores) {
    if (s.stage != stage) continue;
    const bool is_value = s.metric == metric;
    if (!is_value && s.metric != kTruthVolume && s.metric != kPredictionVolume &&
        s.metric != kDiagonal)
      continue;
    Cell& cell = found.cells[{s.case_id, s.region}];
    if (s.metric == kTruthVolume) cell.truth_ml = s.value;
    if (s.metric == kPredictionVolume) cell.prediction_ml = s.value;
    if (s.metric == kDiagonal) cell.diagonal_mm = s.value;
    if (!is_value) continue;
    if (cell.scored)
      throw data_error(
          "run '{}' has two scores '{}' of case '{}', region '{}': a comparison needs one a case",
          run.label, s.metric, s.case_id, s.region);
    cell.scored = true;
    cell.value = s.value;
    found.cases.insert(s.case_id);
    if (std::find(found.regions.begin(), found.regions.end(), s.region) == found.regions.end())
      found.regions.push_back(s.region);
  }
  require_some(found, run, metric, stage);
  return found;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The regions asked for, or all of them with unions first.
std::vector<std::string> shared_regions(const ComparisonInput& input,
                                        const std::vector<RunScores>& found,
                                        const ComparisonOptions& options) {
  std::vector<std::string> wanted = options.regions.empty() ? input.regions : options.regions;
  if (wanted.empty()) {
    for (const RunScores& run : found)
      for (const std::string& region : run.regions)
        if (!contains(wanted, region)) wanted.push_back(region);
    std::stable_partition(wanted.begin(), wanted.end(),
                          [&](const std::string& region) { return input.unions.contains(region); });
  }
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (std::find(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(i), wanted[i]) !=
        wanted.begin() + static_cast<std::ptrdiff_t>(i))
      throw usage_error("regions names '{}' twice", wanted[i]);
  for (const std::string& region : wanted)
    for (std::size_t r = 0; r < found.size(); ++r)
      if (!contains(found[r].regions, region))
        throw data_error(
            "run '{}' has no scores of region '{}'{}; its regions are {}, and regions=[...] names "
            "those to compare",
            input.runs[r].label, region, did_you_mean(region, found[r].regions),
            join(found[r].regions));
  return wanted;
}

void set_cases(SharedScores& shared, const ComparisonInput& input,
               const std::vector<RunScores>& found, const ComparisonOptions& options) {
  std::set<std::string> all;
  for (const RunScores& run : found) all.insert(run.cases.begin(), run.cases.end());
  for (const std::string& name : all) {
    const bool everywhere = std::all_of(
        found.begin(), found.end(), [&](const RunScores& run) { return run.cases.contains(name); });
    (everywhere ? shared.cases : shared.left_out).push_back(name);
  }
  std::vector<std::string> lacks;
  for (std::size_t r = 0; r < found.size(); ++r) {
    std::vector<std::string> missing;
    for (const std::string& name : shared.left_out)
      if (!found[r].cases.contains(name)) missing.push_back(name);
    if (!missing.empty())
      lacks.push_back(fmt::format("'{}' lacks {}", input.runs[r].label, join_some(missing)));
  }
  if (shared.cases.empty())
    throw data_error("no case was scored in all runs: {}", join(lacks, "; "));
  if (!lacks.empty() && options.cases != ComparedCases::common)
    throw data_error(
        "the runs were not scored on the same cases: {}; cases=common compares the {} that all "
        "have",
        join(lacks, "; "), shared.cases.size());
}

// Cases of different data sets often have the same names; their structures have other sizes.
void require_same_truth(const Cell& one, const Cell& other, const ComparedRun& run,
                        const ComparedRun& first, const Key& key) {
  if (!(std::abs(one.truth_ml - other.truth_ml) > kSameVolume * std::abs(other.truth_ml))) return;
  throw data_error(
      "case '{}' is not the same case in all runs: the true volume of '{}' is {:.6g} ml in run "
      "'{}' and {:.6g} ml in run '{}'",
      key.first, key.second, other.truth_ml, first.label, one.truth_ml, run.label);
}

}  // namespace

SharedScores share_scores(const ComparisonInput& input, const ComparisonOptions& options) {
  SharedScores shared;
  shared.metric = find_metric(options.metric);
  shared.stage = options.stage;
  std::vector<RunScores> found;
  for (const ComparedRun& run : input.runs)
    found.push_back(read_run(run, options.metric, shared.stage));
  shared.regions = shared_regions(input, found, options);
  set_cases(shared, input, found, options);
  for (const std::string& name : shared.cases) {
    const auto known = input.patients.find(name);
    shared.patients.push_back(known == input.patients.end() ? name : known->second);
  }
  const std::size_t regions = shared.regions.size();
  for (std::size_t r = 0; r < found.size(); ++r) {
    shared.values.emplace_back(regions);
    shared.missed.emplace_back(regions, 0);
    shared.penalised.emplace_back(regions, 0);
    for (std::size_t k = 0; k < regions; ++k)
      for (const std::string& name : shared.cases) {
        const Key key{name, shared.regions[k]};
        const auto at = found[r].cells.find(key);
        if (at == found[r].cells.end() || !at->second.scored)
          throw data_error("run '{}' has no score '{}' of case '{}', region '{}'",
                           input.runs[r].label, options.metric, name, key.second);
        const Cell& cell = at->second;
        require_same_truth(cell, found[0].cells.at(key), input.runs[r], input.runs[0], key);
        shared.missed[r][k] += cell.truth_ml != 0 && cell.prediction_ml == 0 ? 1 : 0;
        double value = cell.value;
        const auto penalty = shared.metric.penalty(cell.diagonal_mm);
        if (std::isnan(value) && penalty && (cell.truth_ml != 0) != (cell.prediction_ml != 0)) {
          value = *penalty;
          ++shared.penalised[r][k];
        }
        if (shared.metric.better == Better::near_zero) value = std::abs(value);
        shared.values[r][k].push_back(value);
      }
  }
  return shared;
}

}  // namespace myoseg
