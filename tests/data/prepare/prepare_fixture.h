// Small scans, labels and scores for the tests of the ways to the network and back.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"
#include "data/prepare/to_native.h"

namespace myoseg::testing {

inline Geometry grid(std::int64_t x, std::int64_t y, std::int64_t z, double spacing = 1) {
  Geometry g;
  g.size = {x, y, z};
  g.spacing = {spacing, spacing, 3};
  return g;
}

inline Image ramp(const Geometry& g, int channels = 1) {
  Image image(g, channels);
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    image.voxels[i] = static_cast<float>(static_cast<int>(i * 37 % 1400) - 700);
  return image;
}

inline LabelMap labels(const Geometry& g, std::uint8_t classes) {
  LabelMap map(g, 1);
  Random random(7, "labels");
  for (auto& v : map.voxels) v = static_cast<std::uint8_t>(random.below(classes));
  return map;
}

// Scores that are 1 for the prepared label's class.
inline std::vector<float> one_hot(const LabelMap& map, int classes) {
  const auto plane = static_cast<std::size_t>(map.slice_voxels());
  std::vector<float> scores(map.voxels.size() * static_cast<std::size_t>(classes), 0.0f);
  for (std::size_t i = 0; i < map.voxels.size(); ++i)
    scores[(i / plane * static_cast<std::size_t>(classes) + map.voxels[i]) * plane + i % plane] = 1;
  return scores;
}

inline LabelMap to_native(const std::vector<float>& scores, int classes, const Sampling& sampling) {
  ToNative back(sampling);
  const auto [x, y, z] = sampling.prepared().size;
  back.add(ToNative::dense(scores, classes, y, x), z, classes);
  return back.finish();
}

}  // namespace myoseg::testing
