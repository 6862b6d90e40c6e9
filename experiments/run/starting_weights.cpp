#include "experiments/run/starting_weights.h"

#include "core/error.h"
#include "core/hash.h"
#include "core/log.h"
#include "data/load/cache.h"
#include "experiments/members.h"

namespace myoseg {
namespace fs = std::filesystem;

NamedTensors trained_parameters(const Network& network) {
  NamedTensors parameters;
  for (const auto& item : network.named_parameters())
    parameters.emplace_back(item.key(), item.value());
  return parameters;
}

std::string starting_weights_hash(const Experiment& experiment) {
  const fs::path& file = experiment.init_from;
  if (file.empty()) return "";
  if (!fs::is_regular_file(file))
    throw data_error("init_from={}: there is no such file", file.string());
  return FileHashes(experiment.runtime.cache / kRememberedHashes)(file);
}

void check_starting_weights(const NetworkIo& io, const Experiment& experiment) {
  const FineTuneOptions& options = experiment.fine_tune;
  if (experiment.init_from.empty() && options.freeze.empty() && options.rates.empty()) return;
  for (const Member& member : members_of(experiment)) {
    const std::shared_ptr<Network> network = member.network.make(io);
    const NamedTensors parameters = trained_parameters(*network);
    freeze(parameters, options);
    (void)rate_factors(parameters, options);
    if (!experiment.init_from.empty()) (void)init_from(*network, io, experiment.init_from, options);
  }
}

void load_starting_weights(Network& network, const NetworkIo& io, const Experiment& experiment) {
  const fs::path& file = experiment.init_from;
  if (file.empty()) return;
  log::info("{}", init_from(network, io, file, experiment.fine_tune).text(file));
}

}  // namespace myoseg
