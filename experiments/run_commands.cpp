// Commands around a run: synthesize, inspect, prepare, train, run, report, info.
#include <fmt/ranges.h>

#include <cstdio>

#include "core/error.h"
#include "core/log.h"
#include "core/threads.h"
#include "data/inspect.h"
#include "experiments/command_options.h"
#include "experiments/commands.h"
#include "experiments/run.h"
#include "models/layers.h"
#include "train/device.h"

namespace myoseg {
namespace {

constexpr int kInterrupted = 130;  // what a shell reports for Ctrl-C

struct SynthesizeOptions {
  std::filesystem::path out;
};
void describe(Fields& f, SynthesizeOptions& o) {
  f("out", o.out, kAny.must_be_given(), "Folder of the new data set.");
}

struct FoldOptions {
  std::optional<int> fold;
};
void describe(Fields& f, FoldOptions& o) {
  f("fold", o.fold, at_least(0), "Only this fold, counted from 0.");
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

// A data set with missing files cannot be loaded whole: what was found so far is shown before the
// error that says why.
Dataset load_dataset_to_inspect(const DataOptions& options, const std::vector<Finding>& findings) {
  try {
    return load_dataset(options);
  } catch (const Error&) {
    for (const Finding& finding : findings)
      fmt::print("{}: {}\n", finding.subject, finding.sentence);
    throw;
  }
}

// Composes the experiment and prepares the process for it; --cfg ends here.
std::optional<Experiment> experiment_of(const Request& request) {
  ComposedExperiment composed = compose_experiment(request.config_dirs, request.overrides);
  if (request.show_config) {
    std::fputs(config_with_origins(composed).c_str(), stdout);
    return std::nullopt;
  }
  log::set_level(log::level_named(composed.experiment.runtime.log_level));
  set_thread_count(composed.experiment.runtime.threads);
  use_threads();
  return std::move(composed.experiment);
}

int run_until(Run::Until last, Request request) {
  const auto options = take_options<FoldOptions>(request.overrides);
  std::optional<Experiment> experiment = experiment_of(request);
  if (!experiment) return 0;
  Run run(std::move(*experiment), request.command_line);
  const std::vector<Job> jobs = run.plan(last, options.fold);
  if (request.dry_run) {
    fmt::print("run folder {}\n{}", run.folder().string(), plan_text(jobs));
    return 0;
  }
  run.open();
  return execute(jobs) ? 0 : kInterrupted;
}

}  // namespace

int prepare_command(const Request& request) { return run_until(Run::Until::prepared, request); }
int train_command(const Request& request) { return run_until(Run::Until::trained, request); }
int run_command(const Request& request) { return run_until(Run::Until::reported, request); }

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
  std::vector<Finding> findings = inspect_files(experiment->data);
  const Dataset dataset = load_dataset_to_inspect(experiment->data, findings);
  const std::vector<Finding> of_cases = inspect(dataset);
  findings.insert(findings.end(), of_cases.begin(), of_cases.end());
  std::fputs(report_text(findings, dataset).c_str(), stdout);
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
