// info: the layers, memory and cost of an experiment's networks.
#include <ATen/ATen.h>
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "experiments/cli/options.h"
#include "experiments/commands/composed.h"
#include "experiments/members.h"
#include "experiments/run/run_data.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/kernel_scope.h"

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

double mib(double bytes) { return bytes / (1 << 20); }

std::string layer_table(const NetworkInfo& info) {
  std::string text = fmt::format("{:<34} {:<14} {:<22} {:>12} {:>10}\n", "layer", "type", "output",
                                 "parameters", "MMAC");
  for (const LayerInfo& layer : info.layers)
    text += fmt::format("{:<34} {:<14} {:<22} {:>12} {:>10.1f}\n", layer.name, layer.type,
                        fmt::format("{}", fmt::join(layer.output, " x ")), layer.parameters,
                        static_cast<double>(layer.multiply_adds) * 1e-6);
  return text;
}

std::string sizes_text(const Network& network) {
  if (const auto fixed = network.fixed_size(); !fixed.empty())
    return fmt::format("[{}] alone", fmt::join(fixed, ","));
  return fmt::format("any; multiples of [{}] are computed as they are",
                     fmt::join(network.size_multiple(), ","));
}

std::string sums(const Network& network, const NetworkInfo& info) {
  return fmt::format(
      "\nparameters         {}\nbuffers            {}\nmultiply-adds      {:.2f} G\n"
      "sizes              {}\n"
      "activations        {:.1f} MiB a sample, float32, kept for the backward pass\n",
      info.parameters, info.buffers, static_cast<double>(info.multiply_adds) * 1e-9,
      sizes_text(network), mib(static_cast<double>(info.activation_bytes)));
}

// How many numbers the optimiser remembers of each parameter's: 2 of AdamW.
std::int64_t remembered(const Pick<OptimizerEntry>& optimizer) {
  constexpr std::int64_t kNumbers = 1024;
  const at::Tensor probe = at::zeros({kNumbers});
  probe.mutable_grad() = at::zeros({kNumbers});
  const auto made = optimizer.make(NamedTensors{{"probe", probe}});
  made->step(made->base_learning_rate());
  std::int64_t numbers = 0;
  for (const auto& [name, tensor] : made->state()) numbers += tensor.numel();
  return numbers / kNumbers;  // counts of steps are few
}

// What tensors hold at most, in float32, by the measures of network_info(). docs/networks.md
// compares it with what steps took.
std::string memory_table(const NetworkInfo& info, std::int64_t state_numbers, int batch) {
  const auto number = [](std::int64_t bytes) { return mib(static_cast<double>(bytes)); };
  const std::int64_t weights = 4 * (info.parameters + info.buffers);
  const std::int64_t trained = weights + 4 * info.parameters * (1 + state_numbers);
  const auto row = [&](const char* what, std::int64_t fixed, std::int64_t each) {
    return fmt::format("{:<50} {:>10.0f} {:>12.0f}\n", what, number(fixed + each),
                       number(fixed + batch * each));
  };
  return fmt::format("\n{:<50} {:>10} {:>12}\n", "memory, MiB, beside the program", "one sample",
                     fmt::format("batch of {}", batch)) +
         row("a training step", trained, info.activation_bytes + info.gradient_bytes) +
         row("  with model.activation_checkpointing=blocks", trained,
             info.checkpointed_bytes + info.gradient_bytes) +
         row("  of these weights, gradients, optimiser's state", trained, 0) +
         row("a prediction", weights, info.prediction_bytes);
}

// Returns how many parameters it has.
std::int64_t print_network(const Experiment& experiment, const Member& member,
                           const NetworkIo& io) {
  const auto network = member.network.make(io);
  const auto size = input_size(*network, io.size);
  network->check_size(size, /*training=*/false);
  const KernelScope kernels(experiment.train.precision == Precision::fp32 ? experiment.train.kernels
                                                                          : Kernels::library);
  const NetworkInfo info = network_info(*network, io, size);
  fmt::print("{}{}{}", layer_table(info), sums(*network, info),
             memory_table(info, remembered(experiment.optimizer), experiment.loader.batch_size));
  return info.parameters;
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
  std::int64_t parameters = 0;
  const std::vector<Member> members = members_of(*experiment);
  for (const Member& member : members) {
    if (!member.alone())
      fmt::print("{}member {}, weight {:.3g}\n\n", parameters == 0 ? "" : "\n", member.name,
                 member.weight);
    parameters += print_network(*experiment, member, io);
  }
  if (!members.front().alone())
    fmt::print("\nensemble           {} networks, {} parameters\n", members.size(), parameters);
  return 0;
}

}  // namespace myoseg
