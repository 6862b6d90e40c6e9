#include "eval/measure/volume_correlation.h"

#include <limits>
#include <map>
#include <utility>

#include "eval/statistics/cells.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Volumes {
  double truth_ml = kNaN, prediction_ml = kNaN;

  // NaN, and with it every comparison, where a volume is not known.
  [[nodiscard]] bool is_measured() const {
    return truth_ml >= 0 && prediction_ml >= 0 && truth_ml + prediction_ml > 0;
  }
};

}  // namespace

std::vector<VolumeCorrelation> volume_correlations(const std::vector<Score>& scores, Stage stage,
                                                   const std::vector<std::string>& regions) {
  std::map<std::string, std::map<std::pair<int, std::string>, Volumes>>
      of;  // region, fold and case
  for (const Score& s : scores) {
    if (s.stage != stage) continue;
    if (s.metric == kTruthVolume) of[s.region][{s.fold, s.case_id}].truth_ml = s.value;
    if (s.metric == kPredictionVolume) of[s.region][{s.fold, s.case_id}].prediction_ml = s.value;
  }
  std::vector<VolumeCorrelation> correlations;
  for (const std::string& region : regions) {
    std::vector<double> predicted, truth;
    for (const auto& [place, volumes] : of[region]) {
      if (!volumes.is_measured()) continue;
      predicted.push_back(volumes.prediction_ml);
      truth.push_back(volumes.truth_ml);
    }
    correlations.push_back({region, statistics::pearson(predicted, truth)});
  }
  return correlations;
}

Table volume_correlation_table(const std::vector<VolumeCorrelation>& correlations) {
  Table table;
  table.columns = {"region", "n", "r", "ci_low", "ci_high", "p", "note"};
  for (const auto& [region, pearson] : correlations) {
    std::vector<std::string> row{region, std::to_string(pearson.n),
                                 statistics::cell(pearson.coefficient)};
    statistics::add_cells(row, pearson.ci);
    row.push_back(statistics::cell(pearson.p));
    row.push_back(
        statistics::reasons({pearson.coefficient.reason, pearson.ci.reason, pearson.p.reason}));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string volume_correlation_note() {
  return "VC: volume correlation, Pearson's r of predicted and true volume over the cases in which "
         "either has the region, with its 95 % interval by Fisher's z; it is blind to where the "
         "volume lies and to a bias that all cases share.";
}

}  // namespace myoseg
