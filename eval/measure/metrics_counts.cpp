#include "eval/measure/metrics_counts.h"

#include <algorithm>
#include <cstring>

#include "core/parallel.h"
#include "core/threads.h"

namespace myoseg {
namespace {

constexpr std::size_t kValues = 256;

void widen(Box& box, const Box& other) {
  if (other.voxels() == 0) return;
  if (box.voxels() == 0) {
    box = other;
    return;
  }
  for (std::size_t a = 0; a < 3; ++a) {
    box.begin[a] = std::min(box.begin[a], other.begin[a]);
    box.end[a] = std::max(box.end[a], other.end[a]);
  }
}

// First x from `x` on where the byte is not `value`.
std::int64_t run_end(const std::uint8_t* row, std::int64_t x, std::int64_t n) {
  const std::uint8_t value = row[x];
  std::uint64_t same = 0, group = 0;
  std::memset(&same, value, sizeof same);
  for (; x + 8 <= n; x += 8) {
    std::memcpy(&group, row + x, sizeof group);
    if (group != same) break;
  }
  while (x < n && row[x] == value) ++x;
  return x;
}

}  // namespace

// What one thread found.
struct LabelPairs::Tally {
  std::vector<std::int64_t> counts = std::vector<std::int64_t>(kValues * kValues, 0);
  std::array<Box, kValues> boxes{};
  std::int64_t voxels = 0;

  // Neighbours mostly agree: counting runs takes far fewer steps than counting voxels.
  void add_row(const std::uint8_t* prediction, const std::uint8_t* truth, std::int64_t n,
               std::int64_t y, std::int64_t z) {
    std::int64_t x = 0, prediction_end = 0, truth_end = 0;
    while (x < n) {
      if (x == prediction_end) prediction_end = new_run(prediction, x, n, y, z);
      if (x == truth_end) truth_end = new_run(truth, x, n, y, z);
      const std::int64_t end = std::min(prediction_end, truth_end);
      counts[truth[x] * kValues + prediction[x]] += end - x;
      x = end;
    }
    voxels += n;
  }

 private:
  std::int64_t new_run(const std::uint8_t* row, std::int64_t x, std::int64_t n, std::int64_t y,
                       std::int64_t z) {
    const std::int64_t end = run_end(row, x, n);
    widen(boxes[row[x]], {{x, y, z}, {end, y + 1, z + 1}});
    return end;
  }
};

LabelPairs::LabelPairs(const LabelMap& prediction, const LabelMap& truth,
                       const std::vector<bool>& use_slice)
    : counts_(kValues * kValues, 0) {
  const auto& size = truth.geometry.size;
  constexpr std::int64_t kWorthAThread = 1 << 18;  // voxels
  const std::int64_t wanted = std::min(size[2], truth.geometry.voxels() / kWorthAThread);
  const auto parts = static_cast<std::size_t>(
      std::clamp<std::int64_t>(wanted, 1, std::int64_t{2} * thread_count()));
  std::vector<Tally> tallies(parts);
  parallel_for(parts, [&](std::size_t part) {
    for (std::int64_t z = static_cast<std::int64_t>(part); z < size[2];
         z += static_cast<std::int64_t>(parts)) {
      if (!use_slice[static_cast<std::size_t>(z)]) continue;
      for (std::int64_t y = 0; y < size[1]; ++y) {
        const std::size_t row = truth.index(0, y, z);
        tallies[part].add_row(prediction.voxels.data() + row, truth.voxels.data() + row, size[0], y,
                              z);
      }
    }
  });
  for (const Tally& tally : tallies) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += tally.counts[i];
    for (std::size_t value = 0; value < kValues; ++value) widen(boxes_[value], tally.boxes[value]);
    voxels_ += tally.voxels;
  }
}

Overlap LabelPairs::overlap(const Region& region) const {
  std::array<bool, kValues> inside{};
  for (const std::uint8_t value : region.values) inside[value] = true;
  Overlap o;
  o.voxels = voxels_;
  for (std::size_t t = 0; t < kValues; ++t)
    for (std::size_t p = 0; p < kValues; ++p) {
      const std::int64_t n = counts_[t * kValues + p];
      if (n == 0) continue;
      if (inside[t]) o.truth += n;
      if (inside[p]) o.prediction += n;
      if (inside[t] && inside[p]) o.both += n;
    }
  return o;
}

Box LabelPairs::box(const Region& region) const {
  Box box;
  for (const std::uint8_t value : region.values) widen(box, boxes_[value]);
  return box;
}

}  // namespace myoseg
