#include "data/load/patch_centre.h"

#include <algorithm>

namespace myoseg {
namespace {

// The foreground label of the next centre; 0 when the case has none.
std::uint8_t draw_label(const CachedCase& one, Balance balance, Random& random) {
  // All listed voxels alike would favour rare labels, which are listed completely.
  const auto weight = [&](std::size_t label) {
    if (label == one.ignored()) return std::int64_t{0};
    const std::int64_t voxels = one.label_counts()[label];
    return balance == Balance::classes ? std::min<std::int64_t>(voxels, 1) : voxels;
  };
  std::int64_t all = 0;
  for (std::size_t label = 1; label < 256; ++label) all += weight(label);
  if (all == 0) return 0;
  auto at = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(all)));
  std::size_t label = 1;
  for (; at >= weight(label); ++label) at -= weight(label);
  return static_cast<std::uint8_t>(label);
}

std::int64_t fitting(std::int64_t start, std::int64_t size, std::int64_t n) {
  return n >= size ? std::clamp<std::int64_t>(start, 0, n - size) : -((size - n) / 2);
}

}  // namespace

std::array<std::int64_t, 3> PatchCentre::draw(const CachedCase& one, Random random) const {
  std::optional<std::uint8_t> label;
  if (random.chance(options_.foreground_share)) {
    if (const std::uint8_t drawn = draw_label(one, options_.balance, random); drawn > 0)
      label = drawn;
  } else if (options_.others == Others::background) {
    label = 0;
  }
  if (!label || one.listed(*label) == 0) return anywhere(one, random);
  return about(one, one.listed_voxel(*label, random.below(one.listed(*label))));
}

std::array<std::int64_t, 3> PatchCentre::anywhere(const CachedCase& one, Random& random) const {
  std::array<std::int64_t, 3> start{};
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t n = one.prepared().size[a], room = std::max<std::int64_t>(0, n - patch_[a]);
    start[a] =
        fitting(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(room + 1))),
                patch_[a], n);
  }
  const auto& labelled = one.foreground_slices();
  if (slices_ == Slices::labelled && !labelled.empty())
    start[2] = labelled[random.below(labelled.size())];
  return start;
}

std::array<std::int64_t, 3> PatchCentre::about(const CachedCase& one, std::uint32_t voxel) const {
  const auto& n = one.prepared().size;
  const std::int64_t i = voxel;
  const std::array<std::int64_t, 3> centre{i % n[0], i / n[0] % n[1], i / (n[0] * n[1])};
  std::array<std::int64_t, 3> start{};
  for (std::size_t a = 0; a < 3; ++a)
    start[a] = fitting(centre[a] - patch_[a] / 2, patch_[a], n[a]);
  return start;
}

}  // namespace myoseg
