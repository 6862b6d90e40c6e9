// The cases of one split (cross-validated, external): their predictions, scores and quantities.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/table/table.h"
#include "data/dataset/dataset.h"
#include "eval/measure/scores.h"
#include "eval/predict/postprocess.h"
#include "eval/predict/predictor.h"

namespace myoseg {

// Whom quantities.csv names as having segmented a case.
inline constexpr const char* kPredictionReader = "prediction";
inline constexpr const char* kLabelReader = "label";

// Beside quantities.csv, in the same form: the labels of the cases that are in no fold's test part,
// such as those that a fixed split trains on. Runs without such cases have none.
inline constexpr const char* kTrainingQuantities = "training_quantities.csv";

struct PredictedCase {
  const Case* item = nullptr;
  int fold = -1;                 // whose network predicted it; -1: those of all folds together
  std::filesystem::path folder;  // of predictions/
};
// The label map of this stage.
[[nodiscard]] std::filesystem::path prediction_file(const PredictedCase& predicted, Stage stage,
                                                    const Dataset& dataset);

// Writes both stages of every case; false: asked to stop.
bool predict_cases(const std::vector<PredictedCase>& cases, const Dataset& dataset,
                   const Predictor& predictor, const PostprocessOptions& postprocessing,
                   const std::string& title);

struct SplitResults {
  std::vector<Score> scores;  // of both stages
  Table quantities;           // of the final prediction and of the label, see quantity_table.h
};
// Quantities are those of the slices that scores compare.
[[nodiscard]] SplitResults measure_cases(const std::vector<PredictedCase>& cases,
                                         const Dataset& dataset, const ScoreOptions& options,
                                         const std::string& run);
// Quantities of the labels alone, of cases that no network predicts.
[[nodiscard]] Table measure_labels(const std::vector<const Case*>& cases, const Dataset& dataset);
// scores.csv, summary.csv and quantities.csv.
void write_results(const std::filesystem::path& folder, const SplitResults& results);

}  // namespace myoseg
