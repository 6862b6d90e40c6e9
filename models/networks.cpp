// The table of networks, and what can be done with every one of them.
#include <ATen/ATen.h>

#include <map>

#include "models/forward_recorder.h"
#include "models/layers.h"
#include "models/network.h"

namespace myoseg {

extern const NetworkEntry kUnet;

std::span<const NetworkEntry* const> table(const NetworkEntry*) {
  static const NetworkEntry* const entries[] = {&kUnet};
  return entries;
}

void initialise(Network& network, std::uint64_t seed) {
  for (const auto& module : network.named_modules("", /*include_self=*/false))
    if (auto* layer = dynamic_cast<Layer*>(module.value().get()))
      layer->initialise(seed, module.key());
}

void set_random_step(Network& network, std::uint64_t seed, std::int64_t step) {
  for (const auto& module : network.named_modules("", /*include_self=*/false))
    if (auto* dropout = dynamic_cast<Dropout*>(module.value().get()))
      dropout->key(seed, module.key(), step);
}

NetworkInfo network_info(Network& network, const NetworkIo& io,
                         const std::vector<std::int64_t>& size) {
  NetworkInfo info;
  std::map<const torch::nn::Module*, std::string> names;
  for (const auto& module : network.named_modules("", /*include_self=*/false))
    names[module.value().get()] = module.key();
  for (const auto& parameter : network.parameters()) info.parameters += parameter.numel();
  for (const auto& buffer : network.buffers()) info.buffers += buffer.numel();

  std::vector<std::int64_t> shape{1, io.in_channels};
  shape.insert(shape.end(), size.begin(), size.end());
  const auto parameters = network.parameters();
  const at::Device device = parameters.empty() ? at::Device(at::kCPU) : parameters.front().device();

  // Evaluation mode leaves the running statistics alone and keeps the same tensors but for
  // dropout's masks.
  const bool training = network.is_training();
  network.eval();
  ForwardRecorder recorder;
  {
    at::NoGradGuard no_grad;
    (void)network.forward(at::zeros(shape, at::TensorOptions(device)));
  }
  network.train(training);

  for (const auto& call : recorder.calls()) {
    LayerInfo layer{names[call.layer], call.type, call.output, 0, call.multiply_adds};
    for (const auto& parameter : call.layer->parameters(/*recurse=*/false))
      layer.parameters += parameter.numel();
    info.multiply_adds += layer.multiply_adds;
    info.layers.push_back(std::move(layer));
  }
  info.activation_bytes = recorder.kept_bytes();
  return info;
}

}  // namespace myoseg
