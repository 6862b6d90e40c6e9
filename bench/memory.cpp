// The memory of one training step or one prediction of a network, on zeros, beside what `myoseg
// info` says of it. memory_peers.py measures MONAI's networks in turn with it.
//
//   memory NETWORK SIZE CLASSES train|predict THREADS
//
// NETWORK: YAML as of a config's model; SIZE: z,y,x or y,x. The loss is Dice plus cross-entropy,
// the optimiser AdamW. Prints JSON, in MiB: the peak of the process' resident memory, what it
// was before the network was made, the peak of what tensors held, and what `myoseg info` says,
// without and with activation_checkpointing.
#include <ATen/ATen.h>
#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "core/config/tree/yaml.h"
#include "core/fields/pick.h"
#include "core/threads.h"
#include "losses/loss.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/device.h"
#include "models/runtime/forward.h"
#include "models/runtime/tensor_memory.h"
#include "train/optimizers/optimizer.h"

namespace myoseg {
namespace {

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

double mib(double bytes) { return bytes / (1 << 20); }

double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;
  file >> size >> resident;
  return resident * 4096 / (1 << 20);
}

double peak_resident_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::vector<std::int64_t> numbers_of(const std::string& list) {
  std::vector<std::int64_t> numbers;
  for (std::size_t at = 0; at < list.size(); at = list.find(',', at) + 1) {
    numbers.push_back(std::stoll(list.substr(at)));
    if (list.find(',', at) == std::string::npos) break;
  }
  return numbers;
}

// Two steps: the optimiser's state is there from the first step's end on.
void train(Network& network, const Parts& parts, const at::Tensor& image, const at::Tensor& label) {
  NamedTensors parameters;
  for (const auto& item : network.named_parameters())
    parameters.emplace_back(item.key(), item.value());
  const auto loss = parts.loss.make();
  const auto optimizer = parts.optimizer.make(parameters);
  network.train();
  for (int step = 0; step < 2; ++step) {
    optimizer->zero_grad();
    (*loss)(forward(network, image, {}), label).backward();
    optimizer->step(optimizer->base_learning_rate());
  }
}

// As experiments/commands/info.cpp adds it up: with gradients and the two moments of AdamW.
std::string said_of(Network& network, const std::vector<std::int64_t>& size, int classes,
                    bool training) {
  const NetworkInfo info = network_info(network, {1, classes}, size);
  const std::int64_t weights = 4 * (info.parameters + info.buffers);
  const std::int64_t fixed = weights + 3 * 4 * info.parameters + info.gradient_bytes;
  const auto text = [](std::int64_t bytes) {
    return fmt::format("{:.0f}", mib(static_cast<double>(bytes)));
  };
  if (!training) return text(weights + info.prediction_bytes);
  return text(fixed + info.activation_bytes) + ", " + text(fixed + info.checkpointed_bytes);
}

void run(const std::string& model, const std::vector<std::int64_t>& size, int classes,
         bool training) {
  const double before = resident_mib();
  auto memory = std::make_unique<TensorMemory>();
  const auto parts = bind<Parts>(parse_yaml(
      "{model: " + model + ", optimizer: adamw, loss: {sum: [dice, cross_entropy]}}", "benchmark"));
  const auto network = parts.model.make(NetworkIo{1, classes});
  initialise(*network, 1);
  std::vector<std::int64_t> shape{1, 1};
  shape.insert(shape.end(), size.begin(), size.end());
  const auto started = std::chrono::steady_clock::now();
  if (training) {
    std::vector<std::int64_t> label = shape;
    label.erase(label.begin() + 1);
    train(*network, parts, at::zeros(shape), at::zeros(label, at::kLong));
  } else {
    at::NoGradGuard no_grad;
    network->eval();
    (void)forward(*network, at::zeros(shape), {});
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
  const double peak = peak_resident_mib(), tensors = mib(static_cast<double>(memory->peak_bytes()));
  memory.reset();  // network_info counts by itself
  fmt::print(
      "{{\"resident_mib\": {:.0f}, \"before_mib\": {:.0f}, \"tensors_mib\": {:.0f}, \"seconds\": "
      "{:.1f}, \"said_mib\": [{}]}}\n",
      peak, before, tensors, passed.count(), said_of(*network, size, classes, training));
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "memory NETWORK SIZE CLASSES train|predict THREADS\n");
    return 2;
  }
  myoseg::set_thread_count(std::atoi(argv[5]));
  myoseg::use_threads();
  myoseg::keep_memory();
  myoseg::run(argv[1], myoseg::numbers_of(argv[2]), std::atoi(argv[3]),
              std::string(argv[4]) == "train");
}
