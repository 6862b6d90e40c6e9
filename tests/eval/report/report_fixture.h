// A small report's input for tests.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "eval/report/contents.h"

namespace myoseg {

inline void add(ReportInput& input, int fold, const std::string& id, const std::string& region,
                Stage stage, double dice, double truth_ml = 5, double prediction_ml = 5) {
  const auto push = [&](std::string_view metric, double value) {
    input.scores.push_back({"run", fold, id, region, stage, std::string(metric), value});
  };
  push("dice", dice);
  push("jaccard", dice / (2 - dice));
  push("hamming_similarity", dice / (2 - dice));
  push(kTruthVolume, truth_ml);
  push(kPredictionVolume, prediction_ml);
}

// Two labels and their union, three cases; `muscle_b` is missed once.
inline ReportInput small_input(const std::filesystem::path& folder) {
  ReportInput input;
  input.folder = folder;
  input.data_note = "Virtual cohort t, 3 subjects";
  input.labels.labels = {{"background", 0}, {"muscle_a", 1}, {"muscle_b", 2}};
  input.regions = {{"muscle_a", {1}}, {"muscle_b", {2}}, {"combined", {1, 2}}};
  const double dice[3] = {0.9, 0.8, 0.7};
  for (int c = 0; c < 3; ++c) {
    const std::string id = "case_" + std::to_string(c);
    for (const Stage stage : {Stage::raw, Stage::final}) {
      const double off = stage == Stage::raw ? 0.05 : 0;
      add(input, c, id, "muscle_a", stage, dice[c] - off);
      add(input, c, id, "muscle_b", stage, c == 1 ? 0 : dice[c] - off, 4.25, c == 1 ? 0 : 4);
      add(input, c, id, "combined", stage, dice[c] - off);
    }
  }
  return input;
}

}  // namespace myoseg
