// info: the layers, memory and cost of an experiment's network.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include "experiments/cli/options.h"
#include "experiments/commands/composed.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

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

}  // namespace

std::vector<FieldHelp> info_options() { return help_fields(InfoOptions{}); }

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
