// Value and gradient of losses on the shapes that networks train on. losses_peers.py times MONAI
// and segmentation-models-pytorch on the same shapes, in turn with this program.
//
//   losses_speed --benchmark_filter='dice_ce/.*3d' [--threads=N]
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/tree/yaml.h"
#include "core/fields/pick.h"
#include "core/threads.h"
#include "losses/loss.h"

namespace myoseg {
namespace {

struct Holder {
  Pick<LossEntry> loss;
};
void describe(Fields& f, Holder& h) { f("loss", h.loss, "The loss."); }

struct Shape {
  const char* name;
  std::vector<std::int64_t> logits;
  bool channels_last;
};

void run(benchmark::State& state, const std::string& config, const Shape& shape) {
  const auto loss = bind<Holder>(parse_yaml("loss: " + config, "benchmark")).loss.make();
  at::Tensor logits = at::randn(shape.logits);
  if (shape.channels_last) logits = logits.contiguous(at::MemoryFormat::ChannelsLast);
  logits.requires_grad_(true);
  std::vector<std::int64_t> voxels = shape.logits;
  voxels.erase(voxels.begin() + 1);
  const at::Tensor labels = at::randint(shape.logits[1], voxels, at::kLong);
  for (auto _ : state) {
    logits.mutable_grad() = at::Tensor();
    (*loss)(logits, labels).backward();
  }
  state.SetBytesProcessed(state.iterations() * logits.numel() * 4);
}

void add_all() {
  const std::vector<std::pair<const char*, const char*>> losses{
      {"dice_ce", "{sum: [dice, cross_entropy]}"},
      {"dice", "dice"},
      {"cross_entropy", "cross_entropy"},
      {"dice_squared_ce", "{sum: [{dice: {squared: true}}, cross_entropy]}"},
      {"focal", "focal"},
      {"focal_softmax", "{focal: {activation: softmax}}"},
      {"lovasz", "lovasz"},
      {"boundary", "boundary"}};
  const std::vector<Shape> shapes{{"3d_1x30x96", {1, 30, 96, 96, 96}, false},
                                  {"2d_8x8x256", {8, 8, 256, 256}, false},
                                  {"2d_8x8x256_channels_last", {8, 8, 256, 256}, true}};
  for (const auto& [name, config] : losses)
    for (const Shape& shape : shapes)
      benchmark::RegisterBenchmark((std::string(name) + "/" + shape.name).c_str(),
                                   [config = std::string(config), shape](benchmark::State& state) {
                                     run(state, config, shape);
                                   })
          ->MeasureProcessCPUTime()
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  constexpr std::string_view kThreads = "--threads=";
  int threads = 0;
  if (argc > 1 && std::string_view(argv[1]).starts_with(kThreads))
    threads = std::atoi(argv[1] + kThreads.size());
  myoseg::set_thread_count(threads);
  at::set_num_threads(myoseg::thread_count());
  myoseg::add_all();
  benchmark::RunSpecifiedBenchmarks();
}
