#include "experiments/run/predicted_cases.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "data/io/image_io.h"
#include "eval/agreement/quantity_table.h"
#include "eval/measure/summaries.h"
#include "experiments/run/body_table.h"
#include "train/signals.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// Slices in which the truth has nothing become empty in the prediction too.
void keep_labelled_slices(LabelMap& prediction, const LabelMap& truth) {
  const std::int64_t voxels = truth.slice_voxels();
  for (std::int64_t z = 0; z < truth.geometry.size[2]; ++z) {
    const auto begin = truth.voxels.begin() + z * voxels;
    if (std::all_of(begin, begin + voxels, [](std::uint8_t v) { return v == 0; }))
      std::fill_n(prediction.voxels.begin() + z * voxels, voxels, std::uint8_t{0});
  }
}

struct CaseResults {
  std::vector<Score> scores;
  std::vector<Quantity> prediction, label;
};

Body body_of(const Case& item) { return body_from_cells(item.attributes, "case " + item.id); }

CaseResults measure_case(const PredictedCase& predicted, const Dataset& dataset,
                         ScoreOptions options, const std::string& run) {
  const Case& item = *predicted.item;
  CaseResults results;
  options.ignored = dataset.labels.ignored;
  LabelMap truth = read_label(item);
  LabelMap prediction;
  for (const Stage stage : {Stage::raw, Stage::final}) {
    prediction = read_label_map(prediction_file(predicted, stage, dataset));
    for (Score& score : score_case(prediction, truth, dataset.regions, options)) {
      score.run = run;
      score.fold = predicted.fold;
      score.case_id = item.id;
      score.stage = stage;
      results.scores.push_back(std::move(score));
    }
  }
  if (options.ignored) leave_out(prediction, truth, *options.ignored);
  if (options.slices == Slices::labelled) keep_labelled_slices(prediction, truth);
  const Image scan = read_image(item.images.front());
  const Body body = body_of(item);
  results.prediction = measure(scan, prediction, dataset.regions, {}, body);
  results.label = measure(scan, truth, dataset.regions, {}, body);
  return results;
}

}  // namespace

fs::path prediction_file(const PredictedCase& predicted, Stage stage, const Dataset& dataset) {
  return predicted.folder / "predictions" / name_of(stage) /
         (predicted.item->id + dataset.file_ending);
}

bool predict_cases(const std::vector<PredictedCase>& cases, const Dataset& dataset,
                   const Predictor& predictor, const PostprocessOptions& postprocessing,
                   const std::string& title) {
  Progress progress(title, std::ssize(cases), "cases");
  for (const PredictedCase& predicted : cases) {
    if (stop_requested()) return false;
    const StoredImage scan = read_stored(predicted.item->images);
    LabelMap map = predictor(scan, predicted.item->id);
    write_label_map(prediction_file(predicted, Stage::raw, dataset), map, dataset.labels);
    postprocess(map, scan, postprocessing);
    write_label_map(prediction_file(predicted, Stage::final, dataset), map, dataset.labels);
    progress.advance();
  }
  return true;
}

SplitResults measure_cases(const std::vector<PredictedCase>& cases, const Dataset& dataset,
                           const ScoreOptions& options, const std::string& run) {
  std::vector<CaseResults> of_case(cases.size());
  parallel_for(cases.size(),
               [&](std::size_t i) { of_case[i] = measure_case(cases[i], dataset, options, run); });
  SplitResults results{{}, empty_quantities()};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (Score& score : of_case[i].scores) results.scores.push_back(std::move(score));
    add_quantities(results.quantities, cases[i].item->id, kPredictionReader, of_case[i].prediction);
    add_quantities(results.quantities, cases[i].item->id, kLabelReader, of_case[i].label);
  }
  return results;
}

Table measure_labels(const std::vector<const Case*>& cases, const Dataset& dataset) {
  std::vector<std::vector<Quantity>> of_case(cases.size());
  parallel_for(cases.size(), [&](std::size_t i) {
    const Case& item = *cases[i];
    of_case[i] = measure(read_image(item.images.front()), read_label(item), dataset.regions, {},
                         body_of(item));
  });
  Table quantities = empty_quantities();
  for (std::size_t i = 0; i < cases.size(); ++i)
    add_quantities(quantities, cases[i]->id, kLabelReader, of_case[i]);
  return quantities;
}

void write_results(const fs::path& folder, const SplitResults& results) {
  write_scores(folder / "scores.csv", results.scores);
  write_file(folder / "summary.csv", to_csv(summary_table(summarise(results.scores))));
  write_file(folder / "quantities.csv", to_csv(results.quantities));
}

}  // namespace myoseg
