#include "experiments/cli/config_print.h"

#include <algorithm>

#include "core/config/compose/print.h"
#include "core/error.h"
#include "experiments/experiment.h"

namespace myoseg {
namespace {

// What concerns the composition: all but the command's own options.
std::vector<std::string> composed_overrides(const Command& command,
                                            std::vector<std::string> overrides) {
  if (command.options == nullptr) return overrides;
  const std::vector<FieldHelp> options = command.options();
  std::erase_if(overrides, [&](const std::string& text) {
    return std::any_of(options.begin(), options.end(),
                       [&](const FieldHelp& o) { return text.starts_with(o.name + '='); });
  });
  return overrides;
}

}  // namespace

std::string config_text(const Command& command, const CommandLine& line) {
  if (!command.composes)
    throw usage_error("'{}' composes no configuration, so there is nothing to print", command.name);
  const ConfigFlags& flags = line.config;
  ComposeRequest request =
      experiment_request(line.request.configs, composed_overrides(command, line.request.overrides));
  request.resolve = flags.cfg.has_value();
  const Composition composition = compose(request);
  if (flags.info) return info_text(composition, *flags.info);

  Experiment experiment;
  Faults faults;
  read_fields(composition.config, experiment, "", faults);
  faults.throw_if_any();
  return cfg_text(composition, *flags.cfg, flags.package, flags.resolve);
}

}  // namespace myoseg
