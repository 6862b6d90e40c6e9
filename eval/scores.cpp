#include "eval/scores.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/error.h"

namespace myoseg {
namespace {

constexpr std::size_t kValues = 256;

// How often each pair (truth, prediction) of label values occurs: one pass serves every region.
class PairCounts {
 public:
  PairCounts() : counts_(kValues * kValues, 0) {}

  void add(const std::uint8_t* truth, const std::uint8_t* prediction, std::int64_t n) {
    // Neighbours mostly agree; counting runs keeps one counter from being the bottleneck.
    std::size_t pair = 0;
    std::int64_t run = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::size_t next = truth[i] * kValues + prediction[i];
      if (next != pair) {
        counts_[pair] += run;
        pair = next;
        run = 0;
      }
      ++run;
    }
    counts_[pair] += run;
    voxels_ += n;
  }

  [[nodiscard]] Overlap overlap(const Region& region) const {
    std::array<bool, kValues> inside{};
    for (const std::uint8_t value : region.values) inside[value] = true;
    Overlap o;
    o.voxels = voxels_;
    for (std::size_t t = 0; t < kValues; ++t)
      for (std::size_t p = 0; p < kValues; ++p) {
        const std::int64_t n = counts_[t * kValues + p];
        if (inside[t]) o.truth += n;
        if (inside[p]) o.prediction += n;
        if (inside[t] && inside[p]) o.both += n;
      }
    return o;
  }

 private:
  std::vector<std::int64_t> counts_;
  std::int64_t voxels_ = 0;
};

}  // namespace

void describe(Fields& f, ScoreOptions& o) {
  f("slices", o.slices, one_of({"all", "labelled"}),
    "Slices that are compared: all of them, or only those in which the truth has foreground.");
}

std::vector<Overlap> count_overlaps(const LabelMap& prediction, const LabelMap& truth,
                                    const std::vector<Region>& regions,
                                    const ScoreOptions& options) {
  if (const std::string found = difference(prediction.geometry, truth.geometry); !found.empty())
    throw data_error(
        "The prediction and the truth lie on different grids (prediction against truth: {}); bring "
        "the prediction "
        "onto the truth's grid before scoring.",
        found);
  const bool only_labelled = options.slices == "labelled";
  PairCounts counts;
  const std::int64_t n = truth.slice_voxels();
  for (std::int64_t z = 0; z < truth.geometry.size[2]; ++z) {
    const std::uint8_t* slice = truth.voxels.data() + z * n;
    if (only_labelled && std::all_of(slice, slice + n, [](std::uint8_t v) { return v == 0; }))
      continue;
    counts.add(slice, prediction.voxels.data() + z * n, n);
  }
  std::vector<Overlap> overlaps;
  for (const Region& region : regions) overlaps.push_back(counts.overlap(region));
  return overlaps;
}

std::vector<Score> score_case(const LabelMap& prediction, const LabelMap& truth,
                              const std::vector<Region>& regions, const ScoreOptions& options) {
  const std::vector<Overlap> overlaps = count_overlaps(prediction, truth, regions, options);
  const double ml = truth.geometry.voxel_mm3() / 1000;
  std::vector<Score> scores;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const auto add = [&](std::string_view metric, double value) {
      Score score;
      score.region = regions[i].name;
      score.metric = metric;
      score.value = value;
      scores.push_back(std::move(score));
    };
    for (const Metric& metric : metrics()) add(metric.name, metric.value(overlaps[i]));
    add(kTruthVolume, ml * static_cast<double>(overlaps[i].truth));
    add(kPredictionVolume, ml * static_cast<double>(overlaps[i].prediction));
  }
  return scores;
}

}  // namespace myoseg
