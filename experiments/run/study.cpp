#include "experiments/run/study.h"

#include <algorithm>

#include "experiments/run/predicted_cases.h"
#include "experiments/run/run_data.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

bool is_scored(const fs::path& folder) {
  return fs::exists(folder / "scores.csv") && fs::exists(folder / "quantities.csv");
}

StudySplit read_split(const std::string& name, const fs::path& folder) {
  return {name, read_scores(folder / "scores.csv"), read_csv(folder / "quantities.csv")};
}

}  // namespace

std::vector<std::string> study_metrics(const ReportOptions& options) {
  std::vector<std::string> metrics = options.metrics;
  const auto headline = std::find(metrics.begin(), metrics.end(), options.headline);
  if (headline != metrics.end()) std::rotate(metrics.begin(), headline, headline + 1);
  return metrics;
}

std::vector<std::string> study_regions(const fs::path& run, const ReportOptions& options) {
  std::vector<std::string> regions = options.regions;
  if (regions.empty())
    for (const Region& region : read_data_summary(run / "dataset.json").regions)
      regions.push_back(region.name);
  const auto headline = std::find(regions.begin(), regions.end(), options.headline_region);
  if (headline != regions.end()) std::rotate(regions.begin(), headline, headline + 1);
  return regions;
}

ModelStudy model_study(const std::vector<std::pair<fs::path, std::string>>& runs,
                       const ReportOptions& options) {
  ModelStudy study;
  study.metrics = study_metrics(options);
  study.regions = study_regions(runs.front().first, options);
  study.paper_values = options.paper_values;
  study.quantities = options.agreement;
  study.prediction = kPredictionReader;
  study.label = kLabelReader;
  const bool external = std::all_of(
      runs.begin(), runs.end(), [](const auto& run) { return is_scored(run.first / "external"); });
  for (const auto& [folder, label] : runs) {
    StudyModel model{label, {read_split("internal", folder)}};
    model.network = model_name(read_experiment(folder / "config.yaml"));
    DataSummary data = read_data_summary(folder / "dataset.json");
    study.unions.merge(unions_of(data));
    study.patients.merge(data.patients);
    if (external) {
      model.splits.push_back(read_split("external", folder / "external"));
      study.patients.merge(read_data_summary(folder / "external/dataset.json").patients);
    }
    study.models.push_back(std::move(model));
  }
  return study;
}

}  // namespace myoseg
