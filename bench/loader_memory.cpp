// Peak memory of loading patches from few and from many cached volumes: a sample reads its own part
// of the mapped file and gives it back.
//
//     loader_memory FOLDER CASES [SAMPLES]
//
// Writes cases of 128 x 128 x 96 voxels into FOLDER where they lack, then loads SAMPLES patches of
// 64 x 64 x 64 from CASES of them. Prints seconds and the peak of resident memory in MiB.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "data/load/case_file.h"
#include "data/load/loader.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

CachedCase made(const fs::path& folder, int number) {
  const fs::path file = folder / fmt::format("volume_{:04}.case", number);
  if (!fs::exists(file)) {
    Geometry g;
    g.size = {128, 128, 96};
    Prepared p{Image(g, 1), LabelMap(g, 1), g};
    Random random(static_cast<std::uint64_t>(number), "volume");
    for (std::size_t i = 0; i < p.image.voxels.size(); ++i) {
      p.image.voxels[i] = static_cast<float>(random.uniform());
      p.label.voxels[i] = static_cast<std::uint8_t>(i / 4096 % 5);
    }
    write_file(file, encode_case(file.stem().string(), p));
  }
  return CachedCase(file);
}

// A first run writes cases and has their memory in its peak; the second has not.
void load(const fs::path& folder, int cases, int samples) {
  std::vector<CachedCase> all;
  for (int i = 0; i < cases; ++i) all.push_back(made(folder, i));
  LoaderOptions options;
  options.batch_size = 2;
  options.patch = {64, 64, 64};
  options.samples_per_epoch = samples;
  options.foreground_share = 0.5;
  const AugmentOptions augment;
  const auto start = std::chrono::steady_clock::now();
  Loader loader(std::move(all), Slices::all, options, &augment, 0);
  loader.start_epoch(0);
  for (Batch batch; loader.next(batch);) {
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{} cases, {} samples: {:.1f} s, peak {:.0f} MiB\n", cases, samples, seconds,
             static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: loader_memory FOLDER CASES [SAMPLES]\n");
    return 2;
  }
  try {
    std::filesystem::create_directories(argv[1]);
    myoseg::load(argv[1], std::atoi(argv[2]), argc > 3 ? std::atoi(argv[3]) : 2000);
    return 0;
  } catch (const myoseg::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
