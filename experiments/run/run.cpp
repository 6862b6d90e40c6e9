#include "experiments/run/run.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/names.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/provenance.h"
#include "experiments/run/run_report.h"
#include "experiments/run/starting_weights.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// What decides a run's results: everything but where data and starting weights lie (their content
// counts instead), the external cases, on which no network depends, and how results are shown.
std::string run_hash(Experiment e, const std::string& data) {
  const std::string weights = starting_weights_hash(e);
  e.data.root.clear();
  e.data.table.clear();
  e.init_from.clear();
  e.external.reset();
  e.metrics.clear();
  e.report = {};
  Hasher hasher;
  hasher.add(config_hash(e)).add(data);
  if (!weights.empty()) hasher.add(weights);
  return hasher.hex();
}

std::vector<const Case*> cases_of(const Dataset& dataset, const std::vector<std::string>& ids) {
  std::vector<const Case*> cases;
  for (const std::string& id : ids) cases.push_back(&dataset.find(id));
  return cases;
}

std::optional<CaseSource> external_source(const Experiment& e) {
  if (!e.external) return std::nullopt;
  DataOptions options = e.data;
  options.root = e.external->root;
  options.table = e.external->table;
  options.max_patients = 0;
  return CaseSource(options, e.external->cohort, e.seed, e.runtime.cache);
}

}  // namespace

Run::Run(Experiment experiment, RunOrigin origin)
    : experiment_(std::move(experiment)),
      origin_(std::move(origin)),
      source_(experiment_.data, experiment_.cohort, experiment_.seed, experiment_.runtime.cache),
      external_(external_source(experiment_)),
      hash_(run_hash(experiment_, source_.hashes().all)),
      folder_(run_folder(experiment_.runtime.runs, experiment_.name, origin_.differs, hash_)) {
  if (!source_.is_virtual()) (void)dataset();  // decides the number of folds
}

int Run::folds() const {
  return splits_.empty() ? experiment_.validation.folds : static_cast<int>(splits_.size());
}

fs::path Run::fold_folder(int fold) const { return folder_ / fmt::format("fold_{}", fold); }
const Dataset& Run::dataset() {
  const Dataset& data = source_.dataset();
  if (splits_.empty())
    splits_ =
        make_folds(data, experiment_.validation, static_cast<std::uint64_t>(experiment_.seed));
  return data;
}

const Dataset& Run::external_dataset() {
  const Dataset& external = external_->dataset();
  check_same_task(external, dataset());
  return external;
}

const Fold& Run::split(int fold) {
  (void)dataset();  // decides the splits
  return splits_.at(static_cast<std::size_t>(fold));
}

std::vector<CachedCase> Run::prepared(const std::vector<std::string>& ids) {
  return prepare_cases(cases_of(dataset(), ids), dataset(), experiment_.preprocess,
                       case_cache(experiment_.runtime.cache));
}

Job Run::job(const std::string& id, const std::string& name, const fs::path& marker,
             const std::string& more_inputs, std::function<bool()> work) const {
  return {.id = id,
          .name = name,
          .marker = marker,
          .inputs = job_inputs(hash_, name, more_inputs),
          .outputs = {},
          .after = {},
          .work = [this, work = std::move(work)] {
            const log::FileScope also(folder_ / "log.txt");
            return work();
          }};
}

Job Run::train_until(int fold, int epoch) {
  Job limited = job(fmt::format("train/{}/{}", fold, epoch),
                    fmt::format("train fold {} to epoch {}", fold, epoch),
                    fold_folder(fold) / fmt::format("trained_{}.json", epoch), "",
                    [this, fold, epoch] { return train_fold(fold, epoch); });
  limited.after = {"prepare"};
  return limited;
}

std::vector<Job> Run::plan(Until last, std::optional<int> fold) {
  if (fold && (*fold < 0 || *fold >= folds()))
    throw usage_error("fold={}: there are folds 0 to {} (validation.folds={})", *fold, folds() - 1,
                      folds());
  std::vector<Job> jobs;
  const auto add = [&](Job job, std::vector<fs::path> outputs, std::vector<std::string> after) {
    job.outputs = std::move(outputs);
    job.after = std::move(after);
    jobs.push_back(std::move(job));
  };
  std::vector<std::string> made;
  if (const auto cohort = source_.making("cohort")) {
    jobs.push_back(*cohort);
    made.push_back(cohort->id);
  }
  add(job("prepare", "prepare the cases", folder_ / "prepared.json", "",
          [this] { return prepare(); }),
      {folder_ / "dataset.json", folder_ / "splits.json"}, made);
  if (last == Until::prepared) return jobs;
  std::vector<std::string> trained, predicted;
  for (int k = fold.value_or(0); k < (fold ? *fold + 1 : folds()); ++k) {
    const fs::path folder = fold_folder(k);
    const std::string train = fmt::format("train/{}", k), predict = fmt::format("predict/{}", k);
    add(job(train, fmt::format("train fold {}", k), folder / "trained.json", "",
            [this, k] { return train_fold(k, experiment_.train.epochs); }),
        {folder / "best.safetensors", folder / "last.safetensors", folder / "log.csv"},
        {"prepare"});
    trained.push_back(train);
    if (last != Until::reported) continue;
    add(job(predict, fmt::format("predict fold {}", k), folder / "predicted.json", "",
            [this, k] { return predict_fold(k); }),
        {folder / "predictions"}, {train});
    predicted.push_back(predict);
  }
  if (last != Until::reported || fold) return jobs;
  if (external_) {
    if (const auto cohort = external_->making("external_cohort")) {
      jobs.push_back(*cohort);
      trained.push_back(cohort->id);
    }
    add(job("predict/external", "predict the external cases", external_folder() / "predicted.json",
            external_->hashes().all, [this] { return predict_external(); }),
        {external_folder() / "predictions", external_folder() / "models.json"}, trained);
    predicted.emplace_back("predict/external");
  }
  const std::string external = external_ ? external_->hashes().all : "";
  add(job("score", "score", folder_ / "scored.json", external + join(experiment_.metrics),
          [this] { return score(); }),
      {folder_ / "scores.csv", folder_ / "quantities.csv"}, predicted);
  jobs.push_back(report_job(folder_, hash_, external, experiment_, [this] { return report(); }));
  return jobs;
}

void Run::check() {
  if (!source_.is_virtual()) {
    (void)dataset();  // decides the splits
    source_.check(splits_);
  }
  if (!external_ || external_->is_virtual()) return;
  if (!source_.is_virtual()) (void)external_dataset();
  external_->check({});
}

void Run::open() {
  Experiment stated = experiment_;
  // Absolute, so that the folder alone is enough to go on from anywhere.
  stated.runtime.runs = fs::absolute(stated.runtime.runs).lexically_normal();
  stated.runtime.cache = fs::absolute(stated.runtime.cache).lexically_normal();
  if (!source_.is_virtual()) stated.data.root = fs::absolute(stated.data.root).lexically_normal();
  if (external_ && !external_->is_virtual())
    stated.external->root = fs::absolute(stated.external->root).lexically_normal();
  if (!stated.init_from.empty())
    stated.init_from = fs::absolute(stated.init_from).lexically_normal();
  write_file(folder_ / "config.yaml", to_yaml(write_fields(stated)));
  write_job_list(folder_, plan(Until::reported));
  if (!fs::exists(folder_ / "provenance.json"))
    write_file(folder_ / "provenance.json",
               provenance(origin_, hash_, fs::absolute(source_.root()).lexically_normal(),
                          source_.hashes(), starting_weights_hash(experiment_)));
  log::info("run folder {}", folder_.string());
}

void Run::forget(const std::vector<Job>& jobs) {
  std::vector<std::string> forgotten;
  for (const Job& job : jobs) forgotten.push_back(job.id);
  const auto has = [&](const std::string& id) {
    return std::find(forgotten.begin(), forgotten.end(), id) != forgotten.end();
  };
  for (const Job& job : plan(Until::reported)) {
    if (job.id.ends_with("cohort")) continue;  // shared with other runs, and the same in each
    if (!has(job.id) && std::none_of(job.after.begin(), job.after.end(), has)) continue;
    myoseg::forget(job);
    forgotten.push_back(job.id);
  }
}

void add_tasks(std::vector<Task>& tasks, const Run& run, const std::string& label,
               const std::vector<Job>& jobs) {
  std::map<std::string, std::size_t> place;  // of this run's jobs
  for (const Job& job : jobs) {
    const auto same = std::find_if(tasks.begin(), tasks.end(),
                                   [&](const Task& task) { return task.job.marker == job.marker; });
    place[job.id] = static_cast<std::size_t>(same - tasks.begin());
    if (same != tasks.end()) continue;
    Task task{.job = job, .run = label, .after = {}, .command = {}, .log = {}};
    for (const std::string& id : job.after)
      if (const auto earlier = place.find(id); earlier != place.end())
        task.after.push_back(earlier->second);
    task.command = {"run",
                    "--rerun",
                    run.folder().string(),
                    "job=" + job.id,
                    "runtime.device=" + run.experiment().runtime.device,
                    "runtime.log_level=" + run.experiment().runtime.log_level};
    std::string log = job.id;
    std::replace(log.begin(), log.end(), '/', '_');
    task.log = run.folder() / "logs" / (log + ".log");
    tasks.push_back(std::move(task));
  }
}

}  // namespace myoseg
