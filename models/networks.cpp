// The table of networks, and what can be done with every one of them.
#include <ATen/ATen.h>

#include <algorithm>
#include <map>

#include "models/blocks/forward_recorder.h"
#include "models/blocks/initialisation.h"
#include "models/blocks/layers.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/tensor_memory.h"

namespace myoseg {

extern const NetworkEntry kUnet, kEncoderUnet, kUnetPlusPlus, kManet, kDenseBlockUnet, kSegformer,
    kMonaiUnet, kBasicUnet, kUnetr, kDynUnet;

std::span<const NetworkEntry* const> table(const NetworkEntry*) {
  static const NetworkEntry* const entries[] = {
      &kUnet,      &kEncoderUnet, &kUnetPlusPlus, &kManet, &kDenseBlockUnet,
      &kSegformer, &kMonaiUnet,   &kBasicUnet,    &kUnetr, &kDynUnet};
  return entries;
}

namespace {

// `part` is the innermost one that `module` belongs to, or null.
void initialise(torch::nn::Module& module, const std::string& path, const InitialisedPart* part,
                std::uint64_t seed) {
  if (const auto* own = dynamic_cast<const InitialisedPart*>(&module)) part = own;
  auto* conv = dynamic_cast<Conv*>(&module);
  if (conv != nullptr && part != nullptr)
    initialise_conv(*conv, part->conv_init(), seed, path);
  else if (auto* layer = dynamic_cast<Layer*>(&module))
    layer->initialise(seed, path);
  for (const auto& child : module.named_children())
    initialise(*child.value(), path.empty() ? child.key() : path + "." + child.key(), part, seed);
}

// Of the layer that has most to do: the gradients of its output, its input and what that was joined
// of are there at once; at the start it is those of the logits and what the loss makes of them.
std::int64_t backward_bytes(const ForwardRecorder& recorder, const at::Tensor& logits) {
  constexpr std::int64_t kFeatures = 2, kLogits = 3;
  return std::max(kFeatures * recorder.largest_kept_bytes(),
                  kLogits * static_cast<std::int64_t>(logits.nbytes()));
}

}  // namespace

void initialise(Network& network, std::uint64_t seed) { initialise(network, "", nullptr, seed); }

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
  const at::NoGradGuard no_grad;
  const auto forward = [&] { return network.forward(at::zeros(shape, at::TensorOptions(device))); };
  {
    // By itself: with a recorder the features are made as training makes them.
    const TensorMemory memory;
    (void)forward();
    info.prediction_bytes = memory.peak_bytes();
  }
  ForwardRecorder recorder;
  info.gradient_bytes = backward_bytes(recorder, forward());
  network.train(training);

  for (const auto& call : recorder.calls()) {
    LayerInfo layer{names[call.layer], call.type, call.output, 0, call.multiply_adds};
    for (const auto& parameter : call.layer->parameters(/*recurse=*/false))
      layer.parameters += parameter.numel();
    info.multiply_adds += layer.multiply_adds;
    info.layers.push_back(std::move(layer));
  }
  info.activation_bytes = recorder.kept_bytes();
  info.checkpointed_bytes = recorder.kept_between_blocks_bytes() + recorder.largest_block_bytes();
  return info;
}

}  // namespace myoseg
