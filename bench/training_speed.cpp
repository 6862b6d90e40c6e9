// Training steps as `myoseg run` takes them, from given weights on given batches, then predictions
// of the same batches: what they cost and the loss of each step. speed_table.py times other
// programs in turn with it.
//
//   training_speed NETWORK WEIGHTS BATCHES fp32|bf16 THREADS LOSS KERNELS [DEVICE REPEATS [graph]]
//
// NETWORK, LOSS: YAML as of a config's model and loss; KERNELS: of train.kernels; WEIGHTS: a state
// dict; BATCHES: `image` (steps,N,C,[D,]H,W) and `label` (steps,N,[D,]H,W); DEVICE: of
// runtime.device, each batch taken REPEATS times, then one loss read, as a GPU must not be asked
// for numbers in between; graph: with train.cuda_graph. Prints JSON.
#include <ATen/ATen.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sys/resource.h>

#include <algorithm>
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
#include "train/training_step.h"

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

struct Cost {
  double wall_ms = 0, cpu_ms = 0;
};

// Of one of `repeats`, after which `read` waits for a GPU.
template <class Step, class Read>
Cost cost_of(std::int64_t repeats, const Step& step, const Read& read) {
  const auto wall = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  for (std::int64_t i = 0; i < repeats; ++i) step();
  read();
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - wall;
  const auto times = static_cast<double>(repeats);
  return {passed.count() / times,
          1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / times};
}

// Where and how often a batch is computed.
struct Where {
  at::Device device = at::kCPU;
  std::int64_t repeats = 1;
  bool graph = false;
};

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

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// [[wall, CPU], ...] in ms
std::string list_of(const std::vector<Cost>& costs) {
  std::vector<std::vector<double>> pairs;
  for (const Cost& cost : costs) pairs.push_back({cost.wall_ms, cost.cpu_ms});
  return fmt::format("{}", pairs);
}

void run(const std::string& name, const std::string& weights, const std::string& batches,
         const std::string& precision, const std::string& loss_name, const std::string& kernels,
         const Where& where) {
  const TensorFile data = read_weights(batches);
  const at::Tensor &image = tensor(data, "image"), &label = tensor(data, "label");
  const int channels = static_cast<int>(image.size(2));
  const int classes = static_cast<int>(label.max().item<std::int64_t>()) + 1;
  const auto parts = bind<Parts>(
      parse_yaml("{model: " + name + ", optimizer: adamw, loss: " + loss_name + "}", "benchmark"));
  const auto network = parts.model.make(NetworkIo{channels, classes});
  load_state(*network, read_weights(weights), weights);
  network->to(where.device);
  network->train();
  const auto loss = parts.loss.make();
  const auto optimizer = parts.optimizer.make(parameters_of(*network));
  TrainingJob job;
  job.network = network;
  job.loss = loss.get();
  job.optimizer = optimizer.get();
  job.device = where.device;
  TrainOptions& options = job.options;
  options.cuda_graph = where.graph;
  const std::optional<Precision> format = choice_of<Precision>(precision);
  if (!format) throw usage_error("precision '{}' is not known", precision);
  options.precision = *format;
  const std::optional<Kernels> whose = choice_of<Kernels>(kernels);
  if (!whose) throw usage_error("kernels '{}' are not known", kernels);
  options.kernels = *whose;
  DataParallel parallel(*network, options.sync_batch_norm);
  TrainingStep step(job, parallel);
  const double before = peak_mib();
  std::vector<double> losses;
  std::vector<Cost> steps, predictions;
  for (std::int64_t i = 0; i < image.size(0); ++i) {
    const Batch batch{image[i].to(where.device), label[i].to(where.device), {}};
    at::Tensor first;
    const auto take = [&] {
      step.begin();
      const at::Tensor value = step.differentiate(batch, 1, i);
      if (!first.defined()) first = value;
      step.update(optimizer->base_learning_rate());
    };
    steps.push_back(cost_of(where.repeats, take, [&] { losses.push_back(first.item<double>()); }));
  }
  const double peak = peak_mib();
  const at::NoGradGuard no_grad;
  network->eval();
  for (std::int64_t i = 0; i < image.size(0); ++i) {
    const at::Tensor there = image[i].to(where.device);
    at::Tensor answer;
    predictions.push_back(cost_of(
        where.repeats,
        [&] { answer = forward(*network, there, step.setup()).argmax(1).to(at::kByte); },
        [&] { answer = answer.cpu(); }));
  }
  fmt::print(
      "{{\"losses\": {}, \"steps\": {}, \"predictions\": {}, \"before_mib\": {:.0f}, \"peak_mib\": "
      "{:.0f}}}\n",
      losses, list_of(steps), list_of(predictions), before, peak);
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  if (argc != 8 && argc != 10 && argc != 11) {
    fmt::print(stderr,
               "training_speed NETWORK WEIGHTS BATCHES fp32|bf16 THREADS LOSS KERNELS "
               "[DEVICE REPEATS [graph]]\n");
    return 2;
  }
  myoseg::set_thread_count(std::atoi(argv[5]));
  myoseg::use_threads();
  myoseg::keep_memory();
  try {
    myoseg::Where where;
    if (argc > 8)
      where = {myoseg::resolve_device(argv[8]), std::max(1, std::atoi(argv[9])), argc > 10};
    myoseg::run(argv[1], argv[2], argv[3], argv[4], argv[6], argv[7], where);
  } catch (const myoseg::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  }
}
