// info: the layers, memory and cost of an experiment's network.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/error.h"
#include "experiments/cli/options.h"
#include "experiments/commands/composed.h"
#include "experiments/run/run_data.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

struct InfoOptions {
  int classes = 6;
  int channels = 1;
  std::vector<int> size;
};
void describe(Fields& f, InfoOptions& o) {
  f("classes", o.classes, at_least(1), "Output classes, background included.");
  f("channels", o.channels, at_least(1), "Input channels.");
  f("size", o.size, at_least(1),
    "Size of the input, [z,y,x] or [y,x]; empty: the only one that the network takes, or that of the "
    "patches or slices it is trained on.");
}

// Slowest axis first, as many axes as the network has.
std::vector<std::int64_t> input_size(const Network& network,
                                     const std::vector<std::int64_t>& wanted) {
  if (!network.fixed_size().empty()) return network.fixed_size();
  if (wanted.size() != static_cast<std::size_t>(network.dims()))
    throw usage_error("info needs the size of this network's input: {}",
                      network.dims() == 3 ? "size=[z,y,x]" : "size=[y,x]");
  return wanted;
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
  NetworkIo io{options.channels, options.classes, trained_size(*experiment)};
  if (!options.size.empty()) io.size.assign(options.size.begin(), options.size.end());
  const auto network = experiment->model.make(io);
  const auto size = input_size(*network, io.size);
  fmt::print("{}", network_table(network_info(*network, io, size)));
  return 0;
}

}  // namespace myoseg
