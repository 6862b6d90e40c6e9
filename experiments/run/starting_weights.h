// The weights of a file that a run's trainings start from (init_from, fine_tune).
#pragma once

#include <string>

#include "experiments/experiment.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/weights/safetensors.h"

namespace myoseg {

// The parameters that an optimiser is given, by name.
[[nodiscard]] NamedTensors trained_parameters(const Network& network);

// Of the file's content, which counts instead of its place; empty when training starts from
// scratch. Error(bad_data) when there is no such file.
[[nodiscard]] std::string starting_weights_hash(const Experiment& experiment);

// Whether they fit the network and fine_tune its parameters, before hours are spent; Error as
// init_from(), freeze() and rate_factors() throw.
void check_starting_weights(const NetworkIo& io, const Experiment& experiment);

// Puts them into an initialised network and logs what became of them; nothing without init_from.
void load_starting_weights(Network& network, const NetworkIo& io, const Experiment& experiment);

}  // namespace myoseg
