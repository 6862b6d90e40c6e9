#include "data/load/loader_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "data/load/patch_centre.h"

namespace myoseg {
namespace {

// Draws n of `from`, each once before any comes again.
template <class T>
void draw_each(const std::vector<T>& from, std::size_t n, Random& random, std::vector<T>& drawn) {
  while (n > 0) {
    const std::vector<std::size_t> order = random.permutation(from.size());
    const std::size_t count = std::min(n, order.size());
    for (std::size_t i = 0; i < count; ++i) drawn.push_back(from[order[i]]);
    n -= count;
  }
}

// First voxels of patches side by side that cover an axis; the last ends with it.
std::vector<std::int64_t> tiles(std::int64_t n, std::int64_t size) {
  if (n <= size) return {-((size - n) / 2)};
  std::vector<std::int64_t> starts;
  for (std::int64_t start = 0; start + size < n; start += size) starts.push_back(start);
  starts.push_back(n - size);
  return starts;
}

}  // namespace

void describe(Fields& f, LoaderOptions& o) {
  f("batch_size", o.batch_size, at_least(1), "Samples (slices or patches) a training step sees.");
  f("threads", o.threads, between(0, 256).without_effect(),
    "Loading threads beside the training thread; 0 loads in the training thread.");
  f("patch", o.patch, at_least(1).in("voxels").added_with(Node()),
    "Size x, y, z of the patches that training sees; null: whole slices.");
  f("patches_per_case", o.patches_per_case, at_least(1).added_with(Node(1)),
    "Patches of a case that come one after the other.");
  f("samples_per_epoch", o.samples_per_epoch, kNonNegative,
    "Samples of a training epoch; 0: every slice once, or patches_per_case of every case.");
  f("foreground_share", o.foreground_share, kFraction,
    "Share of the samples that is drawn from foreground: slices with some, patches about a voxel of "
    "it. The rest is drawn from all slices, or as `others` says.");
  f("balance", o.balance, kAny.added_with(Node("voxels")),
    "Middle of a patch with foreground: any foreground voxel alike (voxels), or a voxel of a class "
    "that is chosen first, each class of the case alike (classes).");
  f("others", o.others, kAny.added_with(Node("anywhere")),
    "Where the other patches lie: anywhere on the case, or about a background voxel of the body "
    "(background).");
  f.require(o.foreground_share == 0 || o.samples_per_epoch > 0 || o.patch,
            "foreground_share has no effect on slices unless samples_per_epoch is given");
  f.require(o.patch || (o.patches_per_case == 1 && o.balance == Balance::voxels &&
                        o.others == Others::anywhere),
            "patches_per_case, balance and others have no effect unless patch is given");
}

SamplePlan::SamplePlan(const std::vector<CachedCase>& cases, Slices slices,
                       const LoaderOptions& options, bool training)
    : cases_(cases), slices_(slices), options_(options), training_(training) {
  if (options.patch)
    patch_ = {(*options.patch)[0], (*options.patch)[1], (*options.patch)[2]};
  else if (!cases.empty())
    patch_ = {cases.front().prepared().size[0], cases.front().prepared().size[1], 1};
  check();
  if (!training_ || !options.patch) listed_ = listed();
  if (size() == 0)
    throw data_error(
        "there is no slice to load from {} cases; with slices: labelled the cases need labels",
        cases.size());
}

void SamplePlan::check() const {
  if (slices_ == Slices::labelled && patch_[2] > 1)
    throw usage_error(
        "loader.patch is {} slices thick, but data.slices=labelled leaves slices without labels out "
        "of training; label whole scans and use data.slices=all, or patches of one slice",
        patch_[2]);
  for (const CachedCase& one : cases_) {
    const CachedCase& first = cases_.front();
    if (!one.has_label())
      throw data_error("case {} has no label map; training and validation need one", one.id());
    const auto &size = one.prepared().size, &expected = first.prepared().size;
    if (one.channels() != first.channels())
      throw data_error(
          "case {} has {} channels but case {} has {}; prepare both with the same "
          "options",
          one.id(), one.channels(), first.id(), first.channels());
    if (!options_.patch && (size[0] != expected[0] || size[1] != expected[1]))
      throw data_error(
          "the slices of case {} are {} x {} but those of case {} are {} x {}; give all scans one "
          "preprocess.size, or train on patches (loader.patch)",
          one.id(), size[0], size[1], first.id(), expected[0], expected[1]);
  }
}

std::vector<std::int64_t> SamplePlan::slices_of(const CachedCase& one) const {
  if (slices_ == Slices::labelled) return one.foreground_slices();
  if (patch_[2] > 1) return tiles(one.prepared().size[2], patch_[2]);
  std::vector<std::int64_t> all(static_cast<std::size_t>(one.prepared().size[2]));
  std::iota(all.begin(), all.end(), std::int64_t{0});
  return all;
}

std::vector<SampleRef> SamplePlan::listed() const {
  std::vector<SampleRef> samples;
  for (std::size_t i = 0; i < cases_.size(); ++i) {
    const auto& size = cases_[i].prepared().size;
    for (const std::int64_t z : slices_of(cases_[i]))
      for (const std::int64_t y : tiles(size[1], patch_[1]))
        for (const std::int64_t x : tiles(size[0], patch_[0])) samples.push_back({i, {x, y, z}});
  }
  return samples;
}

std::size_t SamplePlan::size() const {
  if (!training_) return listed_.size();
  if (options_.samples_per_epoch > 0)
    return options_.patch || !listed_.empty() ? static_cast<std::size_t>(options_.samples_per_epoch)
                                              : 0;
  return options_.patch ? cases_.size() * static_cast<std::size_t>(options_.patches_per_case)
                        : listed_.size();
}

std::vector<SampleRef> SamplePlan::epoch(std::uint64_t seed, std::int64_t epoch) const {
  if (!training_) return listed_;
  if (options_.patch) return drawn_patches(seed, epoch);
  return drawn_slices(Random(seed, "order", {static_cast<std::uint64_t>(epoch)}));
}

std::vector<SampleRef> SamplePlan::drawn_slices(Random random) const {
  const std::size_t n = size();
  std::vector<SampleRef> foreground, drawn;
  if (options_.foreground_share > 0)
    for (const SampleRef& sample : listed_)
      if (const auto& z = cases_[sample.case_index].foreground_slices();
          std::binary_search(z.begin(), z.end(), sample.start[2]))
        foreground.push_back(sample);
  const auto wanted =
      static_cast<std::size_t>(std::llround(options_.foreground_share * static_cast<double>(n)));
  if (wanted == 0 || foreground.empty()) {
    draw_each(listed_, n, random, drawn);
    return drawn;
  }
  draw_each(foreground, wanted, random, drawn);
  draw_each(listed_, n - wanted, random, drawn);
  std::vector<SampleRef> mixed;
  draw_each(drawn, n, random, mixed);
  return mixed;
}

std::vector<SampleRef> SamplePlan::drawn_patches(std::uint64_t seed, std::int64_t epoch) const {
  const auto number = static_cast<std::uint64_t>(epoch);
  const auto of_case = static_cast<std::size_t>(options_.patches_per_case);
  std::vector<std::size_t> all(cases_.size()), order;
  std::iota(all.begin(), all.end(), std::size_t{0});
  Random random(seed, "order", {number});
  draw_each(all, (size() + of_case - 1) / of_case, random, order);
  const PatchCentre centre(options_, patch_, slices_);
  std::vector<SampleRef> samples;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::size_t index = order[i / of_case];
    samples.push_back({index, centre.draw(cases_[index], Random(seed, "patch", {number, i}))});
  }
  return samples;
}

}  // namespace myoseg
