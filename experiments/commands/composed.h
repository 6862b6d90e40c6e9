// The experiment of a command line that names one.
#pragma once

#include <filesystem>
#include <optional>

#include "experiments/cli/commands.h"
#include "experiments/experiment.h"

namespace myoseg {

// Log level, threads and memory as the experiment says.
void prepare_process(const Experiment& experiment);
// The run that --rerun names; empty when none is to be repeated. Error(bad_data) when there is no
// such run.
[[nodiscard]] std::filesystem::path rerun_folder(const Request& request);
// Composes the experiment and prepares the process for it. None when --cfg only asked to print it.
[[nodiscard]] std::optional<Experiment> experiment_of(const Request& request);

}  // namespace myoseg
