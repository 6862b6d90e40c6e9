// Commands around a run: synthesize, inspect, prepare, train, run, report, info.
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>

#include "core/config/sweep/sweep.h"
#include "core/error.h"
#include "core/log.h"
#include "core/names.h"
#include "core/text.h"
#include "core/threads.h"
#include "data/inspect/inspect.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/run.h"
#include "experiments/sweep/sweep.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWhole = "report";  // a run's last stage
constexpr int kInterrupted = 130;              // what a shell reports for Ctrl-C

struct SynthesizeOptions {
  std::filesystem::path out;
};
void describe(Fields& f, SynthesizeOptions& o) {
  f("out", o.out, kAny.must_be_given(), "Folder of the new data set.");
}

struct JobsOptions {
  std::optional<int> fold;
  std::string job;
};
void describe(Fields& f, JobsOptions& o) {
  f("fold", o.fold, at_least(0), "Only this fold, counted from 0.");
  f("job", o.job, "Only this job, as jobs.json in the run's folder names it: train/3.");
}

struct InfoOptions {
  int classes = 6;
  int channels = 1;
};
void describe(Fields& f, InfoOptions& o) {
  f("classes", o.classes, at_least(1), "Output classes, background included.");
  f("channels", o.channels, at_least(1), "Input channels.");
}

std::string network_table(const NetworkInfo& info) {
  std::string text = fmt::format("{:<34} {:<14} {:<22} {:>12} {:>10}\n", "layer", "type", "output",
                                 "parameters", "MMAC");
  for (const LayerInfo& layer : info.layers)
    text += fmt::format("{:<34} {:<14} {:<22} {:>12} {:>10.1f}\n", layer.name, layer.type,
                        fmt::format("{}", fmt::join(layer.output, " x ")), layer.parameters,
                        static_cast<double>(layer.multiply_adds) * 1e-6);
  return text + fmt::format(
                    "\nparameters         {}\nbuffers            {}\nmultiply-adds      {:.2f} "
                    "G\nactivations        {:.1f} MiB "
                    "a sample, float32, kept for the backward pass\n",
                    info.parameters, info.buffers, static_cast<double>(info.multiply_adds) * 1e-9,
                    static_cast<double>(info.activation_bytes) / (1 << 20));
}

// Of the folds that the data set comes with; those that are dealt depend on the experiment.
std::vector<Finding> findings_of_splits(const Dataset& dataset, const Experiment& experiment,
                                        const Inspection& inspection) {
  const ValidationOptions& validation = experiment.validation;
  if (!validation.use_splits_file || !fs::exists(dataset.root / kSplitsFile)) return {};
  try {
    return inspect_folds(make_folds(dataset, validation, 0), dataset, labels_of(inspection));
  } catch (const Error& error) {
    return {{true, kSplitsFile, error.what()}};
  }
}

void prepare_process(const Experiment& experiment) {
  log::set_level(experiment.runtime.log_level);
  set_thread_count(experiment.runtime.threads);
  use_threads();
  keep_memory();
}

// Empty when no run is to be repeated.
fs::path rerun_folder(const Request& request) {
  return request.rerun.empty() ? fs::path() : find_run(request.rerun, default_runs_folder());
}

// Composes the experiment and prepares the process for it; --cfg ends here.
std::optional<Experiment> experiment_of(const Request& request) {
  const fs::path again = rerun_folder(request);
  ComposedExperiment composed =
      again.empty() ? compose_experiment(request.configs, request.overrides)
                    : vary_experiment(again / "config.yaml", request.configs, request.overrides);
  log_warnings(composed.composition);
  if (request.show_config) {
    std::fputs(config_with_origins(composed).c_str(), stdout);
    return std::nullopt;
  }
  if (!again.empty()) composed.experiment.runtime.runs = fs::absolute(again).parent_path();
  prepare_process(composed.experiment);
  return std::move(composed.experiment);
}

RunOrigin origin_of(const Request& request, const Experiment& experiment) {
  RunOrigin origin{request.command_line, what_differs(experiment, request.overrides)};
  if (!request.rerun.empty()) {
    const auto before = read_run_record(rerun_folder(request)).differs;
    origin.differs.insert(origin.differs.begin(), before.begin(), before.end());
  }
  return origin;
}

// "train/0/5" stands for no job of the plan but for a part of one.
std::optional<Job> limited_training(Run& run, const std::string& id) {
  int fold = 0, epoch = 0, end = 0;
  if (std::sscanf(id.c_str(), "train/%d/%d%n", &fold, &epoch, &end) != 2 ||
      static_cast<std::size_t>(end) != id.size() || fold < 0 || fold >= run.folds() || epoch < 1)
    return std::nullopt;
  return run.train_until(fold, epoch);
}

std::vector<Job> jobs_of(Run& run, std::string_view last, const JobsOptions& options) {
  if (options.job.empty()) return run.plan(last, options.fold);
  std::vector<Job> jobs = run.plan();
  if (const auto limited = limited_training(run, options.job)) jobs.push_back(*limited);
  std::vector<std::string> known;
  for (const Job& job : jobs) known.push_back(job.id);
  std::erase_if(jobs, [&](const Job& job) { return job.id != options.job; });
  if (jobs.empty())
    throw usage_error("job={}: the run has no such job{}; its jobs are {}", options.job,
                      did_you_mean(options.job, known), join(known));
  return jobs;
}

int launch_run(Run& run, const std::vector<Job>& jobs, bool only_job, bool fail_fast) {
  // A single job is what a launcher's worker process was started for, in a run that is open.
  if (!only_job || !fs::exists(run.folder() / "config.yaml")) {
    run.check();
    run.open();
  }
  std::vector<Task> tasks;
  add_tasks(tasks, run, run.name(), jobs);
  const auto launcher =
      only_job ? Pick<LauncherEntry>("serial").make() : run.experiment().launcher.make();
  const std::vector<TaskResult> results = launcher->launch(tasks, fail_fast);
  for (const TaskResult& result : results)
    if (result.state == RunState::failed) throw Error(result.code, result.sentence);
  const bool all_done = std::all_of(results.begin(), results.end(), [](const TaskResult& result) {
    return result.state == RunState::done;
  });
  return all_done ? 0 : kInterrupted;
}

int launch_sweep(const Request& request, std::string_view last, const JobsOptions& options) {
  if (!request.rerun.empty() || !options.job.empty())
    throw usage_error("-m makes a sweep of an experiment; it cannot be given with --rerun or job=");
  RunSweep sweep(experiment_request(request.configs, request.overrides), request.command_line);
  prepare_process(sweep.first());
  if (request.dry_run) {
    for (const auto& run : sweep.runs())
      fmt::print("run folder {}\n{}\n", run->folder().string(),
                 plan_text(run->plan(last, options.fold)));
    fmt::print("{} runs; report in {}\n", sweep.runs().size(), sweep.folder().string());
    return 0;
  }
  if (request.force)
    for (const auto& run : sweep.runs()) run->forget(run->plan(last, options.fold));
  const RunSweep::Ending ending = sweep.launch(last, options.fold, request.fail_fast);
  if (ending.stopped) return kInterrupted;
  fmt::print("{}", printable(sweep.summary()));
  if (ending.failed == 0) return 0;
  throw failure("{} of {} runs of the sweep failed; the same command tries them again",
                ending.failed, sweep.runs().size());
}

int run_until(std::string_view last, Request request) {
  const auto options = take_options<JobsOptions>(request.overrides);
  if (!request.show_config && request.rerun.empty() &&
      (request.multirun || asks_for_sweep(experiment_request(request.configs, request.overrides))))
    return launch_sweep(request, last, options);
  std::optional<Experiment> experiment = experiment_of(request);
  if (!experiment) return 0;
  RunOrigin origin = origin_of(request, *experiment);
  Run run(std::move(*experiment), std::move(origin));
  const std::vector<Job> jobs = jobs_of(run, last, options);
  if (request.dry_run) {
    fmt::print("run folder {}\n{}", run.folder().string(), plan_text(jobs));
    return 0;
  }
  if (request.force) run.forget(jobs);
  const int code = launch_run(run, jobs, !options.job.empty(), request.fail_fast);
  const bool whole = last == kWhole && !options.fold && options.job.empty();
  if (code == 0 && whole) fmt::print("{}", printable(run.summary()));
  return code;
}

}  // namespace

std::vector<FieldHelp> synthesize_options() { return help_fields(SynthesizeOptions{}); }
std::vector<FieldHelp> jobs_options() { return help_fields(JobsOptions{}); }
std::vector<FieldHelp> info_options() { return help_fields(InfoOptions{}); }

int prepare_command(const Request& request) { return run_until("prepare", request); }
int train_command(const Request& request) { return run_until("train", request); }
int run_command(const Request& request) { return run_until(kWhole, request); }

int synthesize_command(const Request& typed) {
  Request request = typed;
  const auto options = take_options<SynthesizeOptions>(request.overrides);
  const std::optional<Experiment> experiment = experiment_of(request);
  if (!experiment) return 0;
  experiment->cohort.make(options.out, static_cast<std::uint64_t>(experiment->seed));
  fmt::print("virtual cohort {} in {}\n", experiment->cohort.name(), options.out.string());
  return 0;
}

int inspect_command(const Request& request) {
  const std::optional<Experiment> experiment = experiment_of(request);
  if (!experiment) return 0;
  if (experiment->data.root.empty())
    throw usage_error("inspect needs a data set: data.root=FOLDER");
  std::vector<Finding> findings;
  const Dataset dataset = load_dataset(experiment->data, findings);
  Inspection inspection = inspect(dataset);
  const std::vector<Finding> of_splits = findings_of_splits(dataset, *experiment, inspection);
  findings.insert(findings.end(), inspection.findings.begin(), inspection.findings.end());
  findings.insert(findings.end(), of_splits.begin(), of_splits.end());
  inspection.findings = findings;
  std::fputs(printable(report_text(inspection, dataset)).c_str(), stdout);
  const bool fatal = std::any_of(findings.begin(), findings.end(),
                                 [](const Finding& finding) { return finding.fatal; });
  return static_cast<int>(fatal ? ExitCode::bad_data : ExitCode::done);
}

int info_command(const Request& typed) {
  Request request = typed;
  const auto options = take_options<InfoOptions>(request.overrides);
  const std::optional<Experiment> experiment = experiment_of(request);
  if (!experiment) return 0;
  const NetworkIo io{options.channels, options.classes};
  const auto network = experiment->model.make(io);
  const auto [width, height] = experiment->preprocess.size;
  fmt::print("{}", network_table(network_info(*network, io, {height, width})));
  return 0;
}

}  // namespace myoseg
