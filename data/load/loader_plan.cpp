#include "data/load/loader_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"

namespace myoseg {
namespace {

// Draws n of `from`, each once before any comes again.
void draw(const std::vector<std::size_t>& from, std::size_t n, Random& random,
          std::vector<std::size_t>& drawn) {
  while (n > 0) {
    const std::vector<std::size_t> order = random.permutation(from.size());
    const std::size_t count = std::min(n, order.size());
    for (std::size_t i = 0; i < count; ++i) drawn.push_back(from[order[i]]);
    n -= count;
  }
}

}  // namespace

void describe(Fields& f, LoaderOptions& o) {
  f("batch_size", o.batch_size, at_least(1), "Slices a training step sees.");
  f("threads", o.threads, between(0, 256).without_effect(),
    "Loading threads beside the training thread; 0 loads in the training thread.");
  f("samples_per_epoch", o.samples_per_epoch, kNonNegative,
    "Slices of a training epoch; 0: every slice once.");
  f("foreground_share", o.foreground_share, kFraction,
    "Share of samples_per_epoch drawn from slices with foreground; the rest is drawn from all "
    "slices.");
  f.require(o.foreground_share == 0 || o.samples_per_epoch > 0,
            "foreground_share has no effect unless samples_per_epoch is given");
}

std::vector<SampleRef> list_samples(const std::vector<CachedCase>& cases, Slices slices) {
  std::vector<SampleRef> samples;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (slices == Slices::labelled)
      for (const std::int64_t z : cases[i].foreground_slices()) samples.push_back({i, z});
    else
      for (std::int64_t z = 0; z < cases[i].prepared().size[2]; ++z) samples.push_back({i, z});
  }
  return samples;
}

std::size_t samples_of_epoch(std::size_t listed, const LoaderOptions& options, bool training) {
  return training && options.samples_per_epoch > 0
             ? static_cast<std::size_t>(options.samples_per_epoch)
             : listed;
}

std::vector<std::size_t> plan_epoch(const std::vector<CachedCase>& cases,
                                    const std::vector<SampleRef>& samples,
                                    const LoaderOptions& options, bool training, std::uint64_t seed,
                                    std::int64_t epoch) {
  std::vector<std::size_t> all(samples.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (!training) return all;
  Random random(seed, "order", {static_cast<std::uint64_t>(epoch)});
  const std::size_t n = samples_of_epoch(samples.size(), options, training);
  std::vector<std::size_t> foreground, drawn;
  if (options.foreground_share > 0)
    for (const std::size_t i : all)
      if (const auto& z = cases[samples[i].case_index].foreground_slices();
          std::binary_search(z.begin(), z.end(), samples[i].z))
        foreground.push_back(i);
  const auto wanted =
      static_cast<std::size_t>(std::llround(options.foreground_share * static_cast<double>(n)));
  if (wanted == 0 || foreground.empty()) {
    draw(all, n, random, drawn);
    return drawn;
  }
  draw(foreground, wanted, random, drawn);
  draw(all, n - wanted, random, drawn);
  std::vector<std::size_t> mixed;
  draw(drawn, n, random, mixed);
  return mixed;
}

void check_samples(const std::vector<CachedCase>& cases, const std::vector<SampleRef>& samples) {
  if (samples.empty())
    throw data_error(
        "there is no slice to load from {} cases; with slices: labelled the cases need labels",
        cases.size());
  const CachedCase& first = cases.at(samples.front().case_index);
  for (const SampleRef& sample : samples) {
    const CachedCase& one = cases.at(sample.case_index);
    if (!one.has_label())
      throw data_error("case {} has no label map; training and validation need one", one.id());
    const auto& size = one.prepared().size;
    const auto& expected = first.prepared().size;
    if (size[0] != expected[0] || size[1] != expected[1] || one.channels() != first.channels())
      throw data_error(
          "case {} has {} channels of {} x {} but case {} has {} of {} x {}; prepare both with the "
          "same "
          "options",
          one.id(), one.channels(), size[0], size[1], first.id(), first.channels(), expected[0],
          expected[1]);
  }
}

}  // namespace myoseg
