// Augmenting a sample of 96 x 96 x 96 voxels, one channel and its label, on one thread: every
// transform alone, and all of them. augment_peers.py times MONAI's transforms of the same kind in
// turn with this program.
//
//   augment_speed [--benchmark_filter=all]
#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "data/augment/augment.h"

namespace myoseg {
namespace {

constexpr int kSide = 96;

struct Sample {
  std::vector<float> image;
  std::vector<std::uint8_t> label;

  // Waves that are labelled where they are high.
  Sample() {
    for (int z = 0; z < kSide; ++z)
      for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) {
          image.push_back(std::sin(0.2F * static_cast<float>(x)) *
                          std::cos(0.1F * static_cast<float>(y + z)));
          label.push_back(image.back() > 0.5F ? 1 : 0);
        }
  }
  PatchView view() { return {image, label, 1, kSide, kSide, kSide, {1.5, 1.5, 2}}; }
};

AugmentOptions none() {
  AugmentOptions o;
  o.spatial_probability = o.blur_probability = o.intensity_probability = o.noise_probability = 0;
  return o;
}

AugmentOptions all() {
  AugmentOptions o;
  o.spatial_probability = o.elastic_probability = o.flip_probability = o.blur_probability = 1;
  o.low_resolution_probability = o.intensity_probability = o.noise_probability = 1;
  o.elastic_sigma_px = 6;
  o.elastic_alpha_px = 2;
  return o;
}

// The sample is taken anew each time, as a loader does; the copy is in the time.
void run(benchmark::State& state, const AugmentOptions& options) {
  const Sample before;
  Sample sample = before;
  std::uint64_t number = 0;
  for (auto _ : state) {
    sample.image = before.image;
    sample.label = before.label;
    augment(sample.view(), options, Random(1, "augment", {number++}));
  }
}

void add_all() {
  using O = AugmentOptions;
  std::vector<std::pair<std::string, O>> choices{{"copy", none()}, {"all", all()}};
  choices.emplace_back("all_but_elastic", all());
  choices.back().second.elastic_probability = 0;
  const std::vector<std::pair<const char*, std::vector<double O::*>>> alone{
      {"spatial", {&O::spatial_probability}},
      {"spatial_elastic", {&O::spatial_probability, &O::elastic_probability}},
      {"mirror", {&O::flip_probability}},
      {"rotate90", {&O::rotate90_probability}},
      {"blur", {&O::blur_probability}},
      {"low_resolution", {&O::low_resolution_probability}},
      {"brightness_contrast_gamma", {&O::intensity_probability}},
      {"noise", {&O::noise_probability}}};
  for (const auto& [name, probabilities] : alone) {
    choices.emplace_back(name, none());
    for (double O::*probability : probabilities) choices.back().second.*probability = 1;
    choices.back().second.elastic_sigma_px = 6;
    choices.back().second.elastic_alpha_px = 2;
  }
  for (const auto& [name, options] : choices)
    benchmark::RegisterBenchmark(name.c_str(), [options = options](benchmark::State& state) {
      run(state, options);
    })->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  myoseg::add_all();
  benchmark::RunSpecifiedBenchmarks();
}
