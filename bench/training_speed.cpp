// Training steps as `myoseg run` takes them, from given weights on given batches: what a step costs
// and the loss of each. training_peers.py times segmentation-models-pytorch in turn with it.
//
//   training_speed NETWORK WEIGHTS BATCHES fp32|bf16 THREADS
//
// WEIGHTS: a state dict; BATCHES: `image` (steps,N,C,H,W) and `label` (steps,N,H,W). Prints JSON.
#include <ATen/ATen.h>
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/fields/pick.h"
#include "core/threads.h"
#include "losses/loss.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/device.h"
#include "models/runtime/forward.h"
#include "models/weights/weights.h"
#include "models/weights/weights_file.h"
#include "train/optimizers/optimizer.h"
#include "train/train_options.h"

namespace myoseg {
namespace {

// segmentation-models-pytorch's DiceLoss("multiclass").
constexpr const char* kDiceOfSmp =
    "{dice: {batch: true, absent_classes: zero, smooth_numerator: 0, smooth_denominator: 0}}";

struct Parts {
  Pick<NetworkEntry> model;
  Pick<LossEntry> loss;
  Pick<OptimizerEntry> optimizer;
};
void describe(Fields& f, Parts& p) {
  f("model", p.model, "The network.");
  f("loss", p.loss, "The loss.");
  f("optimizer", p.optimizer, "The optimiser.");
}

// MYOSEG_BENCH_KERNELS: what train.kernels says; auto without it.
Kernels kernels_asked() {
  const char* name = std::getenv("MYOSEG_BENCH_KERNELS");
  const auto kernels = choice_of<Kernels>(name == nullptr ? "auto" : name);
  if (!kernels) throw usage_error("MYOSEG_BENCH_KERNELS '{}' is not known", name);
  return *kernels;
}

struct Cost {
  double wall_ms = 0, cpu_ms = 0;
};

template <class Step>
Cost cost_of(const Step& step) {
  const auto wall = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  step();
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - wall;
  return {passed.count(), 1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
}

NamedTensors parameters_of(const Network& network) {
  NamedTensors all;
  for (const auto& item : network.named_parameters()) all.emplace_back(item.key(), item.value());
  return all;
}

const at::Tensor& tensor(const TensorFile& file, const std::string& name) {
  for (const auto& [key, value] : file.tensors)
    if (key == name) return value;
  throw usage_error("the batches have no tensor '{}'", name);
}

void run(const std::string& name, const std::string& weights, const std::string& batches,
         const std::string& precision) {
  const TensorFile data = read_weights(batches);
  const at::Tensor &image = tensor(data, "image"), &label = tensor(data, "label");
  const int channels = static_cast<int>(image.size(2));
  const int classes = static_cast<int>(label.max().item<std::int64_t>()) + 1;
  const auto parts = bind<Parts>(parse_yaml(
      "{model: " + name + ", optimizer: adamw, loss: {sum: [" + kDiceOfSmp + ", cross_entropy]}}",
      "benchmark"));
  const auto network = parts.model.make(NetworkIo{channels, classes});
  load_state(*network, read_weights(weights), weights);
  network->train();
  const auto loss = parts.loss.make();
  const auto optimizer = parts.optimizer.make(parameters_of(*network));
  TrainOptions options;
  const std::optional<Precision> format = choice_of<Precision>(precision);
  if (!format) throw usage_error("precision '{}' is not known", precision);
  options.precision = *format;
  const ForwardSetup setup = forward_setup(at::kCPU, options.precision, options.channels_last,
                                           kernels_asked());
  std::vector<double> losses, wall, cpu;
  for (std::int64_t i = 0; i < image.size(0); ++i) {
    const Cost cost = cost_of([&] {
      optimizer->zero_grad();
      const at::Tensor value = (*loss)(forward(*network, image[i], setup), label[i]);
      value.backward();
      optimizer->step(optimizer->base_learning_rate());
      losses.push_back(value.item<double>());
    });
    wall.push_back(cost.wall_ms);
    cpu.push_back(cost.cpu_ms);
  }
  fmt::print("{{\"losses\": {}, \"wall_ms\": {}, \"cpu_ms\": {}}}\n", losses, wall, cpu);
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "training_speed NETWORK WEIGHTS BATCHES fp32|bf16 THREADS\n");
    return 2;
  }
  myoseg::set_thread_count(std::atoi(argv[5]));
  myoseg::use_threads();
  myoseg::keep_memory();
  myoseg::run(argv[1], argv[2], argv[3], argv[4]);
}
