// report: a run's report again, from its scores alone.
#include <fmt/core.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/threads.h"
#include "experiments/command_options.h"
#include "experiments/commands.h"
#include "experiments/run.h"
#include "experiments/run_folder.h"
#include "train/device.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct ReportCommand {
  fs::path run;
};
void describe(Fields& f, ReportCommand& o) {
  f("run", o.run, kAny.must_be_given(),
    "A run whose cases are scored: its folder, or the hash that ends its name.");
}

}  // namespace

std::vector<FieldHelp> report_options() { return help_fields(ReportCommand{}); }

int report_command(const Request& typed) {
  Request request = typed;
  // The run may be named without its key; the names of runs hold '='.
  for (std::string& text : request.overrides)
    if (fs::is_directory(text) || text.find_first_of("=~") == std::string::npos)
      text = "run=" + text;
  const auto options = take_options<ReportCommand>(request.overrides);
  const fs::path folder = find_run(options.run, default_runs_folder());
  if (!fs::exists(folder / "scores.csv"))
    throw data_error("run={}: has no scores.csv yet; 'myoseg run --rerun {}' completes it",
                     options.run.string(), folder.string());
  Experiment experiment =
      vary_experiment(folder / "config.yaml", request.configs, request.overrides).experiment;
  experiment.runtime.runs = fs::absolute(folder).lexically_normal().parent_path();
  log::set_level(log::level_named(experiment.runtime.log_level));
  set_thread_count(experiment.runtime.threads);
  use_threads();
  Run run(std::move(experiment), {request.command_line, read_run_record(folder).differs});
  // Only how results are shown may change: anything else is another run, in another folder.
  if (!fs::exists(run.folder()) || !fs::equivalent(run.folder(), folder))
    throw usage_error(
        "run={}: with these options and data it would be another run, {}; report takes options "
        "under report. only, and the data of the run unchanged",
        options.run.string(), run.folder().string());
  std::vector<Job> jobs = run.plan(Run::Until::reported);
  std::erase_if(jobs, [](const Job& job) { return job.id != "report"; });
  run.forget(jobs);
  if (perform(jobs.front()) != Performed::done)
    throw failure("run={}: another process is at its report", options.run.string());
  fmt::print("{}", run.summary());
  return 0;
}

}  // namespace myoseg
