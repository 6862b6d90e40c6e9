// run, train, prepare: a run, or a sweep of runs, up to one of its stages.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "core/config/sweep/sweep.h"
#include "core/error.h"
#include "core/names.h"
#include "core/text.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/commands/composed.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/run.h"
#include "experiments/run/together.h"
#include "experiments/sweep/sweep.h"
#include "models/runtime/communicator.h"
#include "train/signals.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWhole = "report";  // a run's last stage
constexpr int kInterrupted = 130;              // what a shell reports for Ctrl-C

struct JobsOptions {
  std::optional<int> fold;
  std::string job;
};
void describe(Fields& f, JobsOptions& o) {
  f("fold", o.fold, at_least(0), "Only this fold, counted from 0.");
  f("job", o.job, "Only this job, as jobs.json in the run's folder names it: train/3.");
}

RunOrigin origin_of(const Request& request, const Experiment& experiment) {
  RunOrigin origin{request.command_line, what_differs(experiment, request.overrides)};
  if (!request.rerun.empty()) {
    const auto before = read_run_record(rerun_folder(request)).differs;
    origin.differs.insert(origin.differs.begin(), before.begin(), before.end());
  }
  return origin;
}

// "train/0/5" stands for no job of the plan but for a part of one; of a member "train/0/manet/5".
std::optional<Job> limited_training(Run& run, const std::string& id) {
  const std::size_t last = id.rfind('/');
  int epoch = 0, end = 0;
  if (last == std::string::npos || std::sscanf(id.c_str() + last, "/%d%n", &epoch, &end) != 1 ||
      last + static_cast<std::size_t>(end) != id.size() || epoch < 1)
    return std::nullopt;
  for (int fold = 0; fold < run.folds(); ++fold)
    for (const Member& member : run.members())
      if (Job job = run.train_until(fold, member, epoch); job.id == id) return job;
  return std::nullopt;
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

std::unique_ptr<Launcher> launcher_of(const Run& run, bool only_job) {
  const std::string name(run.experiment().launcher.name());
  if (!only_job && name != "serial" && !Communicator::world().alone())
    throw usage_error(
        "launcher={} starts processes of its own, and this is one of {} that train "
        "together; use launcher=serial",
        name, Communicator::world().size());
  return only_job ? Pick<LauncherEntry>("serial").make() : run.experiment().launcher.make();
}

bool all_in(const std::vector<TaskResult>& results, std::initializer_list<RunState> states) {
  return std::all_of(results.begin(), results.end(), [&](const TaskResult& result) {
    return std::find(states.begin(), states.end(), result.state) != states.end();
  });
}

// How all of them ended together: done, pending in a cluster's queue, or stopped.
RunState launch_run(Run& run, const std::vector<Job>& jobs, bool only_job, bool fail_fast) {
  // A single job is what a launcher's worker process was started for, in a run that is open.
  if (!only_job || !fs::exists(run.folder() / "config.yaml")) {
    run.check();
    run.open();
  }
  std::vector<Task> tasks;
  add_tasks(tasks, run, run.name(), jobs);
  const std::vector<TaskResult> results = launcher_of(run, only_job)->launch(tasks, fail_fast);
  for (const TaskResult& result : results)
    if (result.state == RunState::failed) throw Error(result.code, result.sentence);
  if (all_in(results, {RunState::done})) return RunState::done;
  const bool queued = !stop_requested() && all_in(results, {RunState::done, RunState::pending});
  return queued ? RunState::pending : RunState::stopped;
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
    fmt::print("{} runs; report in {}\n{}", sweep.runs().size(), sweep.folder().string(),
               sweep.preview(last, options.fold));
    return 0;
  }
  if (request.force)
    for (const auto& run : sweep.runs()) run->forget(run->plan(last, options.fold));
  const RunSweep::Ending ending = sweep.launch(last, options.fold, request.fail_fast);
  if (ending.stopped) return kInterrupted;
  if (ending.pending) return 0;
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
    std::vector<Task> tasks;
    add_tasks(tasks, run, run.name(), jobs);
    fmt::print("run folder {}\n{}{}", run.folder().string(), plan_text(jobs),
               launcher_of(run, !options.job.empty())->preview(tasks));
    return 0;
  }
  if (request.force) run.forget(jobs);
  const RunState state = launch_run(run, jobs, !options.job.empty(), request.fail_fast);
  const bool whole = last == kWhole && !options.fold && options.job.empty();
  if (state == RunState::done && whole) fmt::print("{}", printable(run.summary()));
  return state == RunState::stopped ? kInterrupted : 0;
}

// With several processes one does this, and the others help it to train.
int run_together(std::string_view last, const Request& request) {
  return together([&] { return run_until(last, request); });
}

}  // namespace

std::vector<FieldHelp> jobs_options() { return help_fields(JobsOptions{}); }
int prepare_command(const Request& request) { return run_until("prepare", request); }
int train_command(const Request& request) { return run_together("train", request); }
int run_command(const Request& request) { return run_together(kWhole, request); }

}  // namespace myoseg
