// What the jobs of a run do; each reads files and leaves files.
#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "data/image_io.h"
#include "eval/summaries.h"
#include "experiments/provenance.h"
#include "experiments/run.h"
#include "experiments/run_data.h"
#include "experiments/starting_weights.h"
#include "models/layers.h"
#include "train/device.h"
#include "train/signals.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

NamedTensors trained_parameters(const Network& network) {
  NamedTensors parameters;
  for (const auto& item : network.named_parameters())
    parameters.emplace_back(item.key(), item.value());
  return parameters;
}

NetworkIo io_of(const Dataset& dataset) {
  return {static_cast<int>(dataset.channels.size()), dataset.labels.classes()};
}

std::unique_ptr<Schedule> make_schedule(const Experiment& e, const Optimizer& optimizer,
                                        std::int64_t batches_per_epoch) {
  const double rate = optimizer.base_learning_rate();
  std::unique_ptr<Schedule> schedule = e.schedule.make(ScheduleIo{rate, e.train.epochs});
  if (!schedule->per_step()) return schedule;
  const std::int64_t steps = (batches_per_epoch + e.train.accumulate - 1) / e.train.accumulate;
  return e.schedule.make(ScheduleIo{rate, e.train.epochs * steps});
}

fs::path prediction_file(const fs::path& fold_folder, const std::string& stage, const Case& item,
                         const Dataset& dataset) {
  return fold_folder / "predictions" / stage / (item.id + dataset.file_ending);
}

}  // namespace

bool Run::prepare() {
  write_file(folder_ / "dataset.json", describe_data(dataset()));
  write_file(folder_ / "splits.json", describe_splits(splits_));
  std::vector<std::string> ids;
  for (const Case& item : dataset().cases) ids.push_back(item.id);
  check_starting_weights(io_of(dataset()), experiment_);
  remove_abandoned(case_cache());
  (void)prepared(ids);
  return true;
}

bool Run::train_fold(int fold, int until_epoch) {
  const Experiment& e = experiment_;
  const Fold& split = this->split(fold);
  const auto seed = static_cast<std::uint64_t>(e.seed);
  // Without tuning cases the held-out fold steers training, as nnU-Net does; the split says which
  // it was.
  const std::vector<std::string>& tuning_ids = split.tuning.empty() ? split.test : split.tuning;
  const std::vector<CachedCase> train_cases = prepared(split.train),
                                tuning_cases = prepared(tuning_ids);
  const std::vector<SampleRef> train_samples = list_samples(train_cases, e.data.slices);
  Loader train_loader(train_cases, train_samples, e.loader, &e.augment, seed);
  Loader tuning_loader(tuning_cases, list_samples(tuning_cases, e.data.slices), e.loader, nullptr,
                       seed);

  const NetworkIo io = io_of(dataset());
  const std::shared_ptr<Network> network = e.model.make(io);
  initialise(*network, seed + static_cast<std::uint64_t>(fold));
  // A training that goes on has its weights.
  if (!fs::exists(fold_folder(fold) / "last.safetensors")) load_starting_weights(*network, io, e);
  const at::Device device = resolve_device(e.runtime.device);
  network->to(device);
  const std::unique_ptr<Loss> loss = e.loss.make();
  const NamedTensors parameters = trained_parameters(*network);
  freeze(parameters, e.fine_tune);
  const std::unique_ptr<Optimizer> optimizer = e.optimizer.make(parameters);
  optimizer->set_rate_factors(rate_factors(parameters, e.fine_tune));
  const std::unique_ptr<Schedule> schedule =
      make_schedule(e, *optimizer, train_loader.batches_per_epoch());

  log::info("fold {}: {} training slices of {} cases, {} tuning cases, {} held out", fold,
            train_samples.size(), train_cases.size(), tuning_cases.size(), split.test.size());
  TrainingJob job;
  job.folder = fold_folder(fold);
  job.network = network;
  job.loss = loss.get();
  job.optimizer = optimizer.get();
  job.schedule = schedule.get();
  job.train = &train_loader;
  job.tuning = &tuning_loader;
  job.options = e.train;
  job.device = device.str();
  job.seed = seed;
  for (const Label& label : dataset().labels.labels)
    if (label.value > 0) job.class_names.push_back(label.name);
  job.identity = hash_ + " fold " + std::to_string(fold);
  // Without paths and devices: the same run has the same bits wherever it lies.
  Experiment deciding = e;
  deciding.data.root.clear();
  deciding.init_from.clear();
  job.config_yaml = to_yaml(write_fields(deciding, true));
  job.until_epoch = until_epoch;
  const TrainingResult result = train(job);
  return result.finished || result.epochs >= until_epoch;
}

bool Run::predict_fold(int fold) {
  const Experiment& e = experiment_;
  const Fold& split = this->split(fold);
  const Predictor predictor =
      load_predictor(e, data_summary(dataset()), {fold_folder(fold) / "best.safetensors"},
                     resolve_device(e.runtime.device).str());
  Progress progress(fmt::format("predict fold {}", fold),
                    static_cast<std::int64_t>(split.test.size()), "cases");
  for (const std::string& id : split.test) {
    if (stop_requested()) return false;
    const Case& item = dataset().find(id);
    const Image scan = read_channels(item.images);
    LabelMap map = predictor(scan);
    write_label_map(prediction_file(fold_folder(fold), "raw", item, dataset()), map,
                    dataset().labels);
    postprocess(map, scan, e.postprocess);
    write_label_map(prediction_file(fold_folder(fold), "final", item, dataset()), map,
                    dataset().labels);
    progress.advance();
  }
  return true;
}

bool Run::score() {
  struct Item {
    int fold;
    std::string id;
  };
  std::vector<Item> items;
  for (int fold = 0; fold < folds(); ++fold)
    for (const std::string& id : split(fold).test) items.push_back({fold, id});
  std::vector<std::vector<Score>> of_case(items.size());
  parallel_for(items.size(), [&](std::size_t i) {
    const auto& [fold, id] = items[i];
    const Case& item = dataset_->find(id);
    const LabelMap truth = read_label_map(item.label);
    for (const std::string stage : {"raw", "final"}) {
      const LabelMap prediction =
          read_label_map(prediction_file(fold_folder(fold), stage, item, *dataset_));
      for (Score score :
           score_case(prediction, truth, dataset_->regions, {experiment_.data.slices})) {
        score.run = name();
        score.fold = fold;
        score.case_id = id;
        score.stage = stage;
        of_case[i].push_back(std::move(score));
      }
    }
  });
  std::vector<Score> scores;
  for (auto& some : of_case) scores.insert(scores.end(), some.begin(), some.end());
  write_scores(folder_ / "scores.csv", scores);
  write_file(folder_ / "summary.csv", to_csv(summary_table(summarise(scores))));
  return true;
}

ReportInput Run::report_input() {
  ReportInput input;
  input.folder = folder_;
  input.data_note = virtual_data()
                        ? fmt::format("virtual cohort {}, {} subjects, simulated",
                                      experiment_.cohort.name(), dataset().cases.size())
                        : fmt::format("{}, {} cases", dataset().name, dataset().cases.size());
  input.scores = read_scores(folder_ / "scores.csv");
  input.regions = dataset().regions;
  input.labels = dataset().labels;
  for (int fold = 0; fold < folds(); ++fold) {
    for (const std::string& id : split(fold).test) {
      const Case& item = dataset().find(id);
      input.files[id] = {item.images.front(), item.label,
                         prediction_file(fold_folder(fold), "final", item, dataset())};
    }
    input.learning_curves.emplace_back(fold, read_csv(fold_folder(fold) / "log.csv"));
  }
  input.provenance = provenance_rows(folder_ / "provenance.json");
  input.config_yaml = read_file(folder_ / "config.yaml");
  return input;
}

bool Run::report() {
  write_report(report_input(), experiment_.report);
  return true;
}

std::string Run::summary() {
  const ReportInput input = report_input();
  return fmt::format("\n{}\n{}\n\nReport: {}\n", input.data_note,
                     to_markdown(main_table(input, experiment_.report)),
                     (folder_ / "report.html").string());
}

}  // namespace myoseg
