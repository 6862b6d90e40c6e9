// What the jobs of a run do; each reads files and leaves files.
#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "data/io/image_io.h"
#include "eval/measure/summaries.h"
#include "experiments/run/run.h"
#include "experiments/run/run_data.h"
#include "experiments/run/run_report.h"
#include "experiments/run/starting_weights.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/device.h"
#include "train/signals.h"
#include "train/trainer.h"

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

}  // namespace

bool Run::prepare() {
  write_file(folder_ / "dataset.json", describe_data(dataset()));
  write_file(folder_ / "splits.json", describe_splits(splits_));
  std::vector<std::string> ids;
  for (const Case& item : dataset().cases) ids.push_back(item.id);
  check_starting_weights(io_of(dataset()), experiment_);
  remove_abandoned(case_cache(experiment_.runtime.cache));
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
  job.device = device;
  job.seed = seed;
  for (const Label& label : dataset().labels.labels)
    if (label.value > 0) job.class_names.push_back(label.name);
  job.identity = hash_ + " fold " + std::to_string(fold);
  // Without paths and devices: the same run has the same bits wherever it lies.
  Experiment deciding = e;
  deciding.data.root.clear();
  deciding.data.table.clear();
  deciding.init_from.clear();
  deciding.external.reset();
  job.config_yaml = to_yaml(write_fields(deciding, true));
  job.until_epoch = until_epoch;
  const TrainingResult result = train(job);
  return result.finished || result.epochs >= until_epoch;
}

std::vector<PredictedCase> Run::cases_of_fold(int fold) {
  std::vector<PredictedCase> cases;
  for (const std::string& id : split(fold).test)
    cases.push_back({&dataset().find(id), fold, fold_folder(fold)});
  return cases;
}

std::vector<PredictedCase> Run::external_cases() {
  std::vector<PredictedCase> cases;
  for (const Case& item : external_dataset().cases) cases.push_back({&item, -1, external_folder()});
  return cases;
}

bool Run::predict_fold(int fold) {
  const Predictor predictor =
      load_predictor(experiment_, data_summary(dataset()), {fold_folder(fold) / "best.safetensors"},
                     resolve_device(experiment_.runtime.device));
  return predict_cases(cases_of_fold(fold), dataset(), predictor, experiment_.postprocess,
                       fmt::format("predict fold {}", fold));
}

bool Run::predict_external() {
  std::vector<fs::path> checkpoints;
  for (int fold = 0; fold < folds(); ++fold)
    checkpoints.push_back(fold_folder(fold) / "best.safetensors");
  write_file(external_folder() / "dataset.json", describe_data(external_dataset()));
  // The stamp says which frozen networks these predictions are of.
  write_file(external_folder() / "models.json",
             describe_models(folder_, checkpoints, external_->hashes().all));
  const Predictor predictor = load_predictor(experiment_, data_summary(dataset()), checkpoints,
                                             resolve_device(experiment_.runtime.device));
  return predict_cases(external_cases(), external_dataset(), predictor, experiment_.postprocess,
                       "predict the external cases");
}

bool Run::score() {
  std::vector<PredictedCase> cases;
  for (int fold = 0; fold < folds(); ++fold)
    for (const PredictedCase& one : cases_of_fold(fold)) cases.push_back(one);
  const ScoreOptions options{std::string(name_of(experiment_.data.slices)), experiment_.metrics};
  write_results(folder_, measure_cases(cases, dataset(), options, name()));
  if (external_)
    write_results(external_folder(),
                  measure_cases(external_cases(), external_dataset(), options, name()));
  return true;
}

bool Run::report() {
  ReportInput input = read_report_input(folder_, experiment_);
  add_case_files(input, dataset());
  add_study(input, experiment_);
  write_report(input, experiment_.report);
  return true;
}

std::string Run::summary() {
  return report_summary(read_report_input(folder_, experiment_), experiment_.report);
}

}  // namespace myoseg
