// report: a run's report again, from its scores alone.
#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "core/threads.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/case_source.h"
#include "experiments/run/pipeline.h"
#include "experiments/run/run_data.h"
#include "experiments/run/run_report.h"
#include "models/runtime/device.h"

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

std::string value_of(const ReportInput& input, const std::string& name) {
  for (const auto& [key, value] : input.provenance)
    if (key == name) return value;
  throw data_error("{}: has no '{}'; the run's folder is damaged",
                   (input.folder / "provenance.json").string(), name);
}

// The pictures need the scans, which may have moved away since.
void find_case_files(ReportInput& input, const Experiment& experiment) {
  try {
    CaseSource source(experiment.data, experiment.cohort, experiment.seed,
                      experiment.runtime.cache);
    if (source.hashes().all == value_of(input, "data"))
      add_case_files(input, source.dataset());
    else
      input.no_files =
          fmt::format("{}: is not the data set that was scored", source.root().string());
  } catch (const Error& error) {
    input.no_files = error.what();
  }
  if (!input.no_files.empty())
    log::info("The run's scans are not there ({}): the report shows the pictures that it kept",
              input.no_files);
}

}  // namespace

std::vector<FieldHelp> report_options() { return help_fields(ReportCommand{}); }

int report_command(const Request& typed) {
  Request request = typed;
  // The run may be named without its key; the names of runs hold '='.
  std::error_code too_long;  // for a name, as a list of values may be
  for (std::string& text : request.overrides)
    if (fs::is_directory(text, too_long) || text.find_first_of("=~") == std::string::npos)
      text = "run=" + text;
  const auto options = take_options<ReportCommand>(request.overrides);
  const fs::path folder = find_run(options.run, default_runs_folder());
  if (!fs::exists(folder / "scores.csv"))
    throw data_error("run={}: has no scores.csv yet; 'myoseg run --rerun {}' completes it",
                     options.run.string(), folder.string());
  const Experiment experiment =
      vary_experiment(folder / "config.yaml", request.configs, request.overrides).experiment;
  log::set_level(experiment.runtime.log_level);
  set_thread_count(experiment.runtime.threads);
  use_threads();
  const Experiment stated = read_experiment(folder / "config.yaml");
  if (config_hash(experiment) != config_hash(stated) || experiment.init_from != stated.init_from)
    throw usage_error(
        "run={}: with these options it would be another run; report takes options under report. "
        "and analyses only, and data.root where the data have moved",
        options.run.string());
  ReportInput input = read_report_input(folder, experiment);
  find_case_files(input, experiment);
  std::optional<ReportContents> contents;
  const Job job =
      stage_job(stage_named(pipeline_of(experiment), "report"), folder, value_of(input, "run"),
                report_inputs(experiment, external_data(folder)), JobPlace{}, [&] {
                  add_sections(input, experiment);
                  contents = report_contents(std::move(input), experiment.report);
                  write_report(*contents);
                  return true;
                });
  forget(job);
  if (perform(job) != Performed::done)
    throw failure("run={}: another process is at its report", options.run.string());
  fmt::print("{}", printable(report_summary(*contents)));
  return 0;
}

}  // namespace myoseg
