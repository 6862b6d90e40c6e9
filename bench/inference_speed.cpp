// A whole scan through a 3D network in windows, from given weights: what it costs, what of that is
// the network's and how much memory it took. inference_peers.py times MONAI in turn with it.
//
//   inference_speed NETWORK WEIGHTS CLASSES SCAN WINDOW OVERLAP THREADS OUT KERNELS [MEMORY_GB]
//
// NETWORK: YAML of `model`; WEIGHTS: a state dict; SCAN: an image, whose values the network sees as
// they are; WINDOW: x,y,z; OUT: gets the raw label map; KERNELS: of train.kernels. Prints JSON.
#include <ATen/ATen.h>
#include <fmt/core.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/fields/pick.h"
#include "core/threads.h"
#include "data/io/image_io.h"
#include "eval/predict/predictor.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/device.h"
#include "models/runtime/forward.h"
#include "models/weights/weights.h"
#include "models/weights/weights_file.h"

namespace myoseg {
namespace {

struct Model {
  Pick<NetworkEntry> model;
  std::vector<int> window;
};
void describe(Fields& f, Model& m) {
  f("model", m.model, "The network.");
  f("window", m.window, "x, y, z.");
}

struct Clock {
  double wall = 0, cpu = 0;  // seconds
};

template <class Work>
void timed(Clock& clock, const Work& work) {
  const auto wall = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  work();
  clock.wall += std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  clock.cpu += static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
}

// The network with a clock around it.
class Timed final : public Network {
 public:
  explicit Timed(std::shared_ptr<Network> network) : network_(std::move(network)) {
    register_module("network", network_);
  }
  at::Tensor forward(at::Tensor x) override {
    at::Tensor y;
    ++windows;
    timed(clock, [&] { y = network_->forward(x); });
    return y;
  }
  [[nodiscard]] int dims() const override { return network_->dims(); }
  [[nodiscard]] std::vector<std::int64_t> fixed_size() const override {
    return network_->fixed_size();
  }
  [[nodiscard]] std::int64_t feature_channels() const override {
    return network_->feature_channels();
  }
  at::Tensor features(at::Tensor x) override {
    at::Tensor y;
    ++windows;
    timed(clock, [&] { y = network_->features(x); });
    return y;
  }
  at::Tensor head(at::Tensor x) override {
    at::Tensor y;
    timed(clock, [&] { y = network_->head(x); });
    return y;
  }

  Clock clock;
  int windows = 0;

 private:
  std::shared_ptr<Network> network_;
};

double peak_gb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e9;
}

void run(char** argv) {
  const auto parts = bind<Model>(
      parse_yaml(fmt::format("{{model: {}, window: [{}]}}", argv[1], argv[5]), "benchmark"));
  const int classes = std::atoi(argv[3]);
  const auto inner = parts.model.make(NetworkIo{1, classes});
  load_state(*inner, read_weights(argv[2]), argv[2]);
  const auto network = std::make_shared<Timed>(inner);
  PreprocessOptions as_it_is;
  as_it_is.normalise = Normalise::none;
  as_it_is.window_hu = {-1e6, 1e6};
  as_it_is.size.reset();
  PredictOptions options;
  options.window = parts.window;
  options.overlap = std::atof(argv[6]);
  if (argv[10] != nullptr) options.memory_gb = std::atof(argv[10]);
  const std::optional<Kernels> kernels = choice_of<Kernels>(argv[9]);
  if (!kernels) throw usage_error("kernels '{}' are not known", argv[9]);
  const ForwardSetup setup = forward_setup(at::kCPU, Precision::fp32, {}, *kernels);
  const StoredImage scan = read_stored({argv[4]});
  const Predictor predictor({network}, classes, as_it_is, options, setup);
  const double before = peak_gb();
  Clock all;
  LabelMap map;
  timed(all, [&] { map = predictor(scan); });
  std::ofstream(argv[8], std::ios::binary)
      .write(reinterpret_cast<const char*>(map.voxels.data()),
             static_cast<std::streamsize>(map.voxels.size()));
  fmt::print(
      "{{\"wall_s\": {}, \"cpu_s\": {}, \"network_wall_s\": {}, \"network_cpu_s\": {}, "
      "\"windows\": {}, \"peak_gb\": {}, \"peak_before_gb\": {}}}\n",
      all.wall, all.cpu, network->clock.wall, network->clock.cpu, network->windows, peak_gb(),
      before);
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  if (argc != 10 && argc != 11) {
    fmt::print(stderr,
               "inference_speed NETWORK WEIGHTS CLASSES SCAN WINDOW OVERLAP THREADS OUT "
               "KERNELS [MEMORY_GB]\n");
    return 2;
  }
  myoseg::set_thread_count(std::atoi(argv[7]));
  myoseg::use_threads();
  myoseg::keep_memory();
  try {
    myoseg::run(argv);
  } catch (const myoseg::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.code());
  }
}
