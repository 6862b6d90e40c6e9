// The table of networks, their initial weights and what each is made of.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/fields/pick.h"

namespace myoseg {

// What the data dictate to a network.
struct NetworkIo {
  int in_channels = 1;
  int classes = 2;                      // output channels, background included
  std::vector<std::int64_t> size = {};  // of the images it is trained on, slowest axis first;
                                        // empty: not known
};

class Network;  // models/network.h, which brings LibTorch's modules along

using NetworkEntry = Entry<std::shared_ptr<Network>(const NetworkIo&)>;
std::span<const NetworkEntry* const> table(const NetworkEntry*);

// PyTorch's default initialisation (Kaiming-uniform with a = sqrt(5) for convolutions) but for
// parts whose reference has another (models/blocks/initialisation.h), drawn from (seed, parameter
// name): the same with every LibTorch and any number of threads. A network's weights are zero
// before this or load_state.
void initialise(Network& network, std::uint64_t seed);
// Before a training step's first forward pass: the network's own random numbers (dropout) become a
// function of (seed, step, layer, call since). Networks without such layers do not need it.
void set_random_step(Network& network, std::uint64_t seed, std::int64_t step);

// One module of a network as `myoseg info` prints it.
struct LayerInfo {
  std::string name, type;
  std::vector<std::int64_t> output;  // shape
  std::int64_t parameters = 0;       // of this module alone
  std::int64_t multiply_adds = 0;
};
struct NetworkInfo {
  std::vector<LayerInfo> layers;
  std::int64_t parameters = 0, buffers = 0, multiply_adds = 0;
  // Memory of one sample, float32, beside that of the parameters.
  std::int64_t activation_bytes = 0;    // kept for the backward pass
  std::int64_t checkpointed_bytes = 0;  // the same with activation_checkpointing=blocks, at most
  std::int64_t gradient_bytes = 0;      // of the backward pass itself, at most
  std::int64_t prediction_bytes = 0;    // of a forward pass that keeps nothing, at most
};
// Runs two forward passes on zeros of shape [1, in_channels, size...], with this thread's kernels
// (models/runtime/kernel_scope.h). Error(bad_usage) where the network does not take that size.
[[nodiscard]] NetworkInfo network_info(Network& network, const NetworkIo& io,
                                       const std::vector<std::int64_t>& size);

}  // namespace myoseg
