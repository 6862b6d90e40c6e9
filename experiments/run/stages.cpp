#include "experiments/run/stages.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "data/io/image_io.h"
#include "eval/measure/summaries.h"
#include "eval/report/contents.h"
#include "experiments/run/run_data.h"
#include "experiments/run/run_report.h"
#include "experiments/run/starting_weights.h"
#include "experiments/run/together.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/communicator.h"
#include "models/runtime/device.h"
#include "train/signals.h"
#include "train/trainer.h"

namespace myoseg::stage {
namespace fs = std::filesystem;
namespace {

std::unique_ptr<Schedule> make_schedule(const Experiment& e, const Optimizer& optimizer,
                                        std::int64_t batches_per_epoch) {
  const double rate = optimizer.base_learning_rate();
  std::unique_ptr<Schedule> schedule = e.schedule.make(ScheduleIo{rate, e.train.epochs});
  if (!schedule->per_step()) return schedule;
  const std::int64_t steps = (batches_per_epoch + e.train.accumulate - 1) / e.train.accumulate;
  return e.schedule.make(ScheduleIo{rate, e.train.epochs * steps});
}

Predictor predictor_of(RunContext& run, const std::vector<FoldNetwork>& networks) {
  return load_predictor(run.experiment(), data_summary(run.dataset()), networks, run.hash(),
                        resolve_device(run.experiment().runtime.device));
}

// Cases of the splits that are in no fold's test part.
std::vector<const Case*> never_held_out(RunContext& run) {
  std::set<std::string> ids;
  for (const Fold& fold : run.splits())
    for (const auto* part : {&fold.train, &fold.tuning}) ids.insert(part->begin(), part->end());
  for (const Fold& fold : run.splits())
    for (const std::string& id : fold.test) ids.erase(id);
  std::vector<const Case*> cases;
  for (const std::string& id : ids) cases.push_back(&run.dataset().find(id));
  return cases;
}

}  // namespace

bool prepare(RunContext& run) {
  write_file(run.folder() / "dataset.json", describe_data(run.dataset()));
  write_file(run.folder() / "splits.json", describe_splits(run.splits()));
  std::vector<std::string> ids;
  for (const Case& item : run.dataset().cases) ids.push_back(item.id);
  check_starting_weights(run.network_io(), run.experiment());
  remove_abandoned(case_cache(run.experiment().runtime.cache));
  (void)run.prepared(ids);
  return true;
}

bool train_fold(RunContext& run, int fold, const Member& member, int until_epoch) {
  ask_helpers(run, fold, member, until_epoch);
  const Experiment& e = run.experiment();
  const Fold& split = run.split(fold);
  const FoldNetwork of_fold = networks_of_fold(run.folder(), fold, {member}).front();
  const std::uint64_t seed = member.seed;
  // Without tuning cases the held-out fold steers training, as nnU-Net does; the split says which
  // it was.
  const std::vector<std::string>& tuning_ids = split.tuning.empty() ? split.test : split.tuning;
  const std::vector<CachedCase> train_cases = run.prepared(split.train),
                                tuning_cases = run.prepared(tuning_ids);
  const Communicator& world = Communicator::world();
  const LoaderShare share{world.rank(), world.size()};
  if (e.train.sync_batch_norm && e.loader.batch_size % world.size() != 0)
    throw usage_error(
        "train.sync_batch_norm needs the same number of samples in every process; "
        "loader.batch_size={} cannot be divided by {}",
        e.loader.batch_size, world.size());
  const at::Device device = resolve_device(e.runtime.device);
  require_precision(e.predict.precision, device);  // before hours are spent on what it cannot use
  const bool pinned = device.is_cuda();
  Loader train_loader(train_cases, e.data.slices, e.loader, &e.augment, seed, share, pinned);
  Loader tuning_loader(tuning_cases, e.data.slices, e.loader, nullptr, seed, share, pinned);

  const NetworkIo io = run.network_io();
  const std::shared_ptr<Network> network = member.network.make(io);
  initialise(*network, seed + static_cast<std::uint64_t>(fold));
  // A training that goes on has its weights.
  if (!fs::exists(of_fold.folder / "last.safetensors")) load_starting_weights(*network, io, e);
  network->to(device);
  const std::unique_ptr<Loss> loss = e.loss.make();
  const NamedTensors parameters = trained_parameters(*network);
  freeze(parameters, e.fine_tune);
  const std::unique_ptr<Optimizer> optimizer = e.optimizer.make(parameters);
  optimizer->set_rate_factors(rate_factors(parameters, e.fine_tune));
  const std::unique_ptr<Schedule> schedule =
      make_schedule(e, *optimizer, train_loader.batches_per_epoch());

  log::info("{}: {} training {} of {} cases, {} tuning cases, {} held out", of_fold.title(),
            train_loader.samples_per_epoch(), e.loader.patch ? "patches" : "slices",
            train_cases.size(), tuning_cases.size(), split.test.size());
  TrainingJob job;
  job.folder = of_fold.folder;
  job.network = network;
  job.loss = loss.get();
  job.optimizer = optimizer.get();
  job.schedule = schedule.get();
  job.train = &train_loader;
  job.tuning = &tuning_loader;
  job.options = e.train;
  job.device = device;
  job.seed = seed;
  for (const Label& label : run.dataset().labels.labels)
    if (label.value > 0) job.class_names.push_back(label.name);
  job.identity = of_fold.identity(run.hash());
  // Without paths, devices and how results are shown: the same networks have the same bits.
  job.config_yaml = to_yaml(write_fields(e, Written::deciding));
  job.until_epoch = until_epoch;
  const TrainingResult result = train(job);
  return result.finished || result.epochs >= until_epoch;
}

bool predict_fold(RunContext& run, int fold) {
  const Predictor predictor = predictor_of(run, run.networks(fold));
  return predict_cases(run.cases_of_fold(fold), run.dataset(), predictor,
                       run.experiment().postprocess, fmt::format("predict fold {}", fold));
}

bool predict_member(RunContext& run, int fold, const Member& member) {
  const FoldNetwork network = networks_of_fold(run.folder(), fold, {member}).front();
  const Predictor predictor = predictor_of(run, {network});
  return predict_cases(run.cases_of_fold(fold, &member), run.dataset(), predictor,
                       run.experiment().postprocess, "predict " + network.title());
}

bool predict_external(RunContext& run) {
  std::vector<FoldNetwork> networks;
  for (int fold = 0; fold < run.folds(); ++fold)
    for (FoldNetwork& network : run.networks(fold)) networks.push_back(std::move(network));
  write_file(run.external_folder() / "dataset.json", describe_data(run.external_dataset()));
  // The stamp says which frozen networks these predictions are of.
  write_file(run.external_folder() / "models.json",
             describe_models(run.folder(), networks, run.external()->hashes().all));
  const Predictor predictor = predictor_of(run, networks);
  return predict_cases(run.external_cases(), run.external_dataset(), predictor,
                       run.experiment().postprocess, "predict the external cases");
}

bool score(RunContext& run) {
  std::vector<PredictedCase> cases;
  for (int fold = 0; fold < run.folds(); ++fold)
    for (const PredictedCase& one : run.cases_of_fold(fold)) cases.push_back(one);
  const ScoreOptions options{run.experiment().data.slices, run.experiment().metrics};
  if (const auto training = never_held_out(run); !training.empty())
    write_file(run.folder() / kTrainingQuantities, to_csv(measure_labels(training, run.dataset())));
  write_results(run.folder(), measure_cases(cases, run.dataset(), options, run.name()));
  if (run.external())
    write_results(run.external_folder(),
                  measure_cases(run.external_cases(), run.external_dataset(), options, run.name()));
  return true;
}

bool score_member(RunContext& run, const Member& member) {
  std::vector<PredictedCase> cases;
  for (int fold = 0; fold < run.folds(); ++fold)
    for (const PredictedCase& one : run.cases_of_fold(fold, &member)) cases.push_back(one);
  const ScoreOptions options{run.experiment().data.slices, run.experiment().metrics};
  write_results(scores_folder(run.folder(), member),
                measure_cases(cases, run.dataset(), options, run.name()));
  return true;
}

bool report(RunContext& run) {
  ReportInput input = read_report_input(run.folder(), run.experiment());
  add_case_files(input, run.dataset());
  add_sections(input, run.experiment());
  write_report(report_contents(std::move(input), run.experiment().report));
  return true;
}

}  // namespace myoseg::stage
