// Time and memory of scoring 27 regions of a 340 x 340 x 300 label map, and the same with a stray
// voxel far away. metrics_peers.py runs MedPy, MONAI and surface-distance on the files that this
// writes and compares times and values:
//
//   metrics_speed FOLDER [REPEATS [ONLY]]
//   python3 metrics_peers.py FOLDER
#include <fmt/core.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "core/threads.h"
#include "data/io/formats/nifti_write.h"
#include "eval/measure/scores.h"

namespace myoseg {
namespace {

constexpr int kRegions = 27;

Geometry grid() {
  Geometry g;
  g.size = {340, 340, 300};
  g.spacing = {0.9, 0.9, 1.5};
  return g;
}

// A bumpy ellipsoid a cell of a 3 x 3 x 3 pattern; `seed` 1 is the truth, another a rater near it.
LabelMap organs(std::uint64_t seed) {
  LabelMap map(grid(), 1);
  const auto& size = map.geometry.size;
  for (int region = 0; region < kRegions; ++region) {
    const std::array<int, 3> cell{region % 3, region / 3 % 3, region / 9};
    std::array<double, 3> centre{}, radius{}, wave{};
    Random shape(1, "organ", {static_cast<std::uint64_t>(region)});
    Random rater(seed, "rater", {static_cast<std::uint64_t>(region)});
    for (std::size_t a = 0; a < 3; ++a) {
      const double width = static_cast<double>(size[a]) / 3;
      centre[a] = width * (cell[a] + 0.5) + shape.uniform(-4, 4);
      radius[a] = width * shape.uniform(0.28, 0.40);
      wave[a] = shape.uniform(0.08, 0.2);
      if (seed == 1) continue;
      centre[a] += rater.uniform(-1.5, 1.5);
      radius[a] *= rater.uniform(0.96, 1.04);
      wave[a] *= rater.uniform(0.9, 1.1);
    }
    for (std::int64_t z = size[2] * cell[2] / 3; z < size[2] * (cell[2] + 1) / 3; ++z)
      for (std::int64_t y = size[1] * cell[1] / 3; y < size[1] * (cell[1] + 1) / 3; ++y)
        for (std::int64_t x = size[0] * cell[0] / 3; x < size[0] * (cell[0] + 1) / 3; ++x) {
          const std::array<double, 3> p{static_cast<double>(x), static_cast<double>(y),
                                        static_cast<double>(z)};
          double sum = 0, bumps = 1;
          for (std::size_t a = 0; a < 3; ++a) {
            sum += std::pow((p[a] - centre[a]) / radius[a], 2);
            bumps += 0.05 * std::sin(wave[a] * p[(a + 1) % 3]);
          }
          if (sum <= bumps * bumps) map.at(x, y, z) = static_cast<std::uint8_t>(region + 1);
        }
  }
  return map;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void measure_one(const char* name, const LabelMap& prediction, const LabelMap& truth,
                 const std::vector<std::string>& metrics, int repeats, std::string_view only,
                 const std::filesystem::path& values) {
  if (!only.empty() && only != name) return;
  std::vector<Region> regions;
  for (int r = 1; r <= kRegions; ++r)
    regions.push_back({std::to_string(r), {static_cast<std::uint8_t>(r)}});
  std::vector<double> wall, cpu;
  std::vector<Score> scores;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu_start = cpu_seconds();
    scores = score_case(prediction, truth, regions, {.metrics = metrics});
    cpu.push_back(cpu_seconds() - cpu_start);
    wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  fmt::print("{},{:.4f},{:.4f},{:.4f},{:.0f}\n", name, wall[wall.size() / 2], wall.front(),
             cpu[cpu.size() / 2], peak_mib());
  std::fflush(stdout);
  write_scores(values, scores);
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  using namespace myoseg;
  if (argc < 2) {
    fmt::print("usage: metrics_speed FOLDER [REPEATS [ONLY]]\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const int repeats = argc > 2 ? std::max(1, std::atoi(argv[2])) : 7;
  const std::string_view only = argc > 3 ? argv[3] : "";
  const int threads = set_thread_count(0);
  std::filesystem::create_directories(folder);
  const LabelMap truth = organs(1);
  LabelMap prediction = organs(2);
  write_nifti(folder / "truth.nii", truth);
  write_nifti(folder / "prediction.nii", prediction);
  const std::vector<std::string> four{"dice", "hd", "hd95", "assd"};
  const std::vector<std::string> deepmind{"dice", "hd_deepmind", "hd95_deepmind",
                                          "msd_to_truth_deepmind", "msd_to_prediction_deepmind"};
  const std::vector<std::string> all{
      "dice",       "hd",          "hd95",          "assd",
      "hd95_medpy", "hd_deepmind", "hd95_deepmind", "msd_to_truth_deepmind",
      "nsd_2mm"};
  fmt::print("# {} threads, {} regions, maps of {:.0f} MiB each\n", threads, kRegions,
             static_cast<double>(truth.voxels.size()) / (1 << 20));
  fmt::print("what,wall_median_s,wall_best_s,cpu_median_s,peak_mib\n");
  measure_one("four metrics", prediction, truth, four, repeats, only, folder / "four.csv");
  measure_one("surface-distance's four", prediction, truth, deepmind, repeats, only,
              folder / "deepmind.csv");
  measure_one("every definition", prediction, truth, all, repeats, only, folder / "all.csv");
  // The first region's prediction has one voxel at the far corner of the volume.
  prediction.at(339, 339, 299) = 1;
  write_nifti(folder / "stray.nii", prediction);
  measure_one("stray voxel", prediction, truth, four, repeats, only, folder / "stray.csv");
  measure_one("stray voxel, every definition", prediction, truth, all, repeats, only,
              folder / "stray_all.csv");
  // Every voxel of the prediction lies far from the truth: the truth is mirrored in x and y.
  LabelMap mirrored = truth;
  for (std::int64_t z = 0; z < 300; ++z)
    for (std::int64_t y = 0; y < 340; ++y)
      for (std::int64_t x = 0; x < 340; ++x)
        mirrored.at(x, y, z) = truth.at(339 - x, 339 - y, 299 - z);
  measure_one("all far away", mirrored, truth, four, repeats, only, folder / "far.csv");
}
