// A scan and its label map from their files to what a network sees, as kim2024 prepares them, for
// bench/preparing_peers.py, which times MONAI's transforms on the same files in turn with it.
//
//     preparing_speed IMAGE LABEL ROUNDS THREADS [OUT]
//
// Prints seconds of wall time and CPU time of each round, the prepared size, and leaves the last
// result in OUT: float32 image, then uint8 label, x fastest.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "core/threads.h"
#include "data/io/image_io.h"
#include "data/prepare/preprocess.h"

namespace myoseg {
namespace {

PreprocessOptions kim2024() {
  PreprocessOptions o;
  o.orientation = "RAS";
  o.window_hu = {-57, 164};
  o.gamma = 2;
  o.crop = Crop::foreground;
  o.spacing_mm = {1.5, 1.5, 2.0};
  o.resampling = Resampling::linear;
  o.size.reset();
  return o;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Prepared timed(const char* image, const char* label) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  const LabelMap map = read_label_map(label);
  Prepared prepared = preprocess(read_stored({image}), &map, kim2024());
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print("{:.4f} {:.4f}\n", wall, cpu_seconds() - cpu);
  return prepared;
}

int run(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: preparing_speed IMAGE LABEL ROUNDS THREADS [OUT]\n");
    return 2;
  }
  set_thread_count(std::atoi(argv[4]));
  Prepared prepared;
  for (int i = 0; i < std::atoi(argv[3]); ++i) prepared = timed(argv[1], argv[2]);
  fmt::print("{}\n", fmt::join(prepared.image.geometry.size, " "));
  if (argc < 6) return 0;
  std::ofstream out(argv[5], std::ios::binary);
  const auto write = [&](const auto& voxels) {
    out.write(reinterpret_cast<const char*>(voxels.data()),
              static_cast<std::streamsize>(voxels.size() * sizeof(voxels[0])));
  };
  write(prepared.image.voxels);
  write(prepared.label.voxels);
  return 0;
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  try {
    return myoseg::run(argc, argv);
  } catch (const myoseg::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
