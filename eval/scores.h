// The tidy table every report is made of: one row per run, fold, case, region, stage and metric.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/volume.h"

namespace myoseg {

struct Score {
  std::string run;
  int fold = -1;      // -1: no fold (an external prediction)
  std::string case_id;
  std::string region;
  std::string stage;  // "raw": as the network predicted; "final": after the configured post-processing
  std::string metric;
  double value = 0;   // NaN: not defined for this case (region empty in both)
};

struct ScoreOptions {
  std::string slices = "all";  // all | labelled: compare only slices in which the truth has foreground
};

// Scores of one case for every region and metric. Throws Error(bad_data) naming both when the geometries differ.
[[nodiscard]] std::vector<Score> score_case(const LabelMap& prediction, const LabelMap& truth,
                                            const std::vector<Region>& regions, const ScoreOptions& options);

void write_scores(const std::filesystem::path& file, const std::vector<Score>& scores);
[[nodiscard]] std::vector<Score> read_scores(const std::filesystem::path& file);

// Mean and SD (n-1) of one region and metric over cases.
struct Summary {
  std::string region, stage, metric;
  int n = 0;        // cases with a value
  int missed = 0;   // cases where the truth has the region and the prediction has nothing of it
  double mean = 0, sd = 0;
};
[[nodiscard]] std::vector<Summary> summarise(const std::vector<Score>& scores);

}  // namespace myoseg
