// What a user waits for, one line each: composing a configuration, asking for help, making a
// subject, augmenting a slice, a training step, a prediction.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/config/compose/compose.h"
#include "core/threads.h"
#include "data/augment/augment.h"
#include "data/cohort/cohort.h"
#include "losses/loss.h"
#include "models/network.h"
#include "models/networks.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace {

// The largest shipped configuration, from the files of the folder the benchmark runs in.
void compose_experiment(benchmark::State& state) {
  ComposeRequest request;
  request.search_path = {"configs"};
  request.config_name = "myoseg";
  request.overrides = {"experiment=kreher2022", "preset=quick"};
  request.keys_checked_later = true;
  for (auto _ : state) {
    Composition composed = compose(request);
    benchmark::DoNotOptimize(composed);
  }
}
BENCHMARK(compose_experiment)->Unit(benchmark::kMillisecond);

// The whole program, as a user waits for it.
void help_command(benchmark::State& state) {
  for (auto _ : state)
    if (std::system("'" MYOSEG_PROGRAM "' help model=unet > /dev/null") != 0)
      state.SkipWithError("myoseg help failed");
}
BENCHMARK(help_command)->Unit(benchmark::kMillisecond)->UseRealTime();

// Subjects of the l3 cohort, written and compressed: items per second is subjects per second.
void synthesize_l3(benchmark::State& state) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("myoseg_bench_" + std::to_string(getpid()));
  constexpr int kSubjects = 20;
  for (auto _ : state) {
    Node options{Node::Map{}};
    options.set("name", Node("l3"));
    options.set("subjects", Node(kSubjects));
    Pick<CohortEntry> cohort("l3");
    Faults faults;
    detail::Codec<Pick<CohortEntry>>::read(options, cohort, "cohort", kAny, faults);
    faults.throw_if_any();
    cohort.make(folder, 1U);
    state.PauseTiming();
    std::filesystem::remove_all(folder);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kSubjects);
}
BENCHMARK(synthesize_l3)->UseRealTime()->Unit(benchmark::kMillisecond);

void augment_slice(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  std::vector<float> image(static_cast<std::size_t>(side) * side, 0.5F);
  std::vector<std::uint8_t> label(image.size(), 1);
  std::uint64_t sample = 0;
  for (auto _ : state)
    augment({image, label, 1, 1, side, side}, AugmentOptions{},
            Random(1, "augment", {0, sample++}));
}
BENCHMARK(augment_slice)->Arg(256)->Arg(512)->Unit(benchmark::kMillisecond);

// One transform alone, of every slice.
void augment_by(benchmark::State& state, double AugmentOptions::*probability) {
  AugmentOptions options;
  options.spatial_probability = options.elastic_probability = options.flip_probability = 0;
  options.blur_probability = options.intensity_probability = options.noise_probability = 0;
  options.*probability = 1;
  constexpr int kSide = 512;
  std::vector<float> image(kSide * kSide, 0.5F);
  std::vector<std::uint8_t> label(image.size(), 1);
  std::uint64_t sample = 0;
  for (auto _ : state)
    augment({image, label, 1, 1, kSide, kSide}, options, Random(1, "augment", {0, sample++}));
}
BENCHMARK_CAPTURE(augment_by, spatial, &AugmentOptions::spatial_probability)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(augment_by, elastic, &AugmentOptions::elastic_probability)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(augment_by, intensity, &AugmentOptions::intensity_probability)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(augment_by, noise, &AugmentOptions::noise_probability)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(augment_by, blur, &AugmentOptions::blur_probability)
    ->Unit(benchmark::kMillisecond);

// Forward, Dice loss and backward of the paper's U-Net on a batch of 8.
void unet_step(benchmark::State& state) {
  const auto network = Pick<NetworkEntry>("unet").make(NetworkIo{1, 6});
  initialise(*network, 1);
  const auto loss = Pick<LossEntry>("dice").make();
  const at::Tensor image =
      at::randn({8, 1, state.range(0), state.range(0)}).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor label = at::randint(6, {8, state.range(0), state.range(0)}, at::kLong);
  for (auto _ : state) (*loss)(network->forward(image), label).backward();
  state.SetItemsProcessed(state.iterations() * 8);
}
BENCHMARK(unet_step)->Arg(128)->Arg(256)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  myoseg::set_thread_count(0);
  myoseg::use_threads();
  benchmark::RunSpecifiedBenchmarks();
}
