// Projecting a whole-leg CT of 512 x 512 x 1200 voxels of 16 bits (629 MB) against one pass that
// reads its voxels once. Bytes per second are of the scan's voxels.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "core/simd.h"
#include "core/threads.h"
#include "data/project/projection.h"

namespace myoseg {
namespace {

const Volume<std::int16_t>& scan() {
  static const Volume<std::int16_t> kScan = [] {
    Geometry g;
    g.size = {512, 512, 1200};
    g.spacing = {0.8, 0.8, 0.75};
    Volume<std::int16_t> volume(g, 1);
    std::uint32_t state = 1;
    for (std::int16_t& v : volume.voxels) {
      state = state * 1664525U + 1013904223U;
      v = static_cast<std::int16_t>(static_cast<int>(state >> 21U) - 1024);
    }
    return volume;
  }();
  return kScan;
}

// The cheapest pass that needs every voxel.
struct BitsOfSlice {
  [[gnu::always_inline]] void operator()(const std::int16_t* v, std::int64_t n,
                                         std::int16_t* bits) const {
    std::int16_t all = 0;
    for (std::int64_t i = 0; i < n; ++i) all = static_cast<std::int16_t>(all | v[i]);
    *bits = all;
  }
};

void read_once(benchmark::State& state) {
  const auto& volume = scan();
  const std::int64_t slices = volume.geometry.size[2], n = volume.slice_voxels();
  for (auto _ : state) {
    int all = 0;
#pragma omp parallel for schedule(static) reduction(| : all)
    for (std::int64_t z = 0; z < slices; ++z) {
      std::int16_t bits = 0;
      simd::run_exactly(BitsOfSlice{}, volume.voxels.data() + z * n, n, &bits);
      all |= bits;
    }
    benchmark::DoNotOptimize(all);
  }
  state.SetBytesProcessed(state.iterations() * volume.geometry.voxels() * 2);
}
BENCHMARK(read_once)->UseRealTime()->Unit(benchmark::kMillisecond);

void project_by(benchmark::State& state, RadiographView view, RayValue ray) {
  ProjectionOptions options;
  options.view = view;
  options.ray = ray;
  for (auto _ : state) {
    Image radiograph = project(scan(), options, "scan");
    benchmark::DoNotOptimize(radiograph);
  }
  state.SetBytesProcessed(state.iterations() * scan().geometry.voxels() * 2);
}
BENCHMARK_CAPTURE(project_by, coronal_average, RadiographView::coronal, RayValue::average)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(project_by, coronal_maximum, RadiographView::coronal, RayValue::maximum)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(project_by, coronal_attenuation, RadiographView::coronal, RayValue::attenuation)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(project_by, sagittal_average, RadiographView::sagittal, RayValue::average)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(project_by, axial_average, RadiographView::axial, RayValue::average)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  myoseg::set_thread_count(0);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
