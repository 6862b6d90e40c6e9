#include "experiments/commands/composed.h"

#include <cstdio>

#include "core/log.h"
#include "core/threads.h"
#include "experiments/ledger/run_folder.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace fs = std::filesystem;

void prepare_process(const Experiment& experiment) {
  log::set_level(experiment.runtime.log_level);
  set_thread_count(experiment.runtime.threads);
  use_threads();
  keep_memory();
}

fs::path rerun_folder(const Request& request) {
  return request.rerun.empty() ? fs::path() : find_run(request.rerun, default_runs_folder());
}

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

}  // namespace myoseg
