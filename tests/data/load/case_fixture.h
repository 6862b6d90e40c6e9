// Cases on disk for the tests of cache and loader.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/random.h"
#include "data/load/cache.h"
#include "data/load/case_file.h"

namespace myoseg::testing {

// A prepared case of `slices` slices of width x height; slices z with z % 3 == 1 have labels 1
// and 2.
inline Prepared prepared_case(std::uint64_t seed, std::int64_t slices, std::int64_t width = 24,
                              std::int64_t height = 20, int channels = 1) {
  Geometry g;
  g.size = {width, height, slices};
  g.spacing = {0.75, 0.75, 5};
  g.origin = {-100.125, 33.3, 1.0 / 3};
  Prepared p{Image(g, channels), LabelMap(g, 1), g};
  Random random(seed, "case");
  for (float& v : p.image.voxels) v = static_cast<float>(random.uniform());
  for (std::int64_t z = 1; z < slices; z += 3)
    for (std::int64_t y = 5; y < height - 5; ++y)
      for (std::int64_t x = 4; x < width - 4; ++x) p.label.at(x, y, z) = x < width / 2 ? 1 : 2;
  return p;
}

inline CachedCase write_case(const std::filesystem::path& folder, const std::string& id,
                             const Prepared& p) {
  const std::filesystem::path file = folder / (id + ".case");
  write_file(file, encode_case(id, p));
  return CachedCase(file);
}

struct Slice {
  std::vector<float> image;         // [C,Y,X]
  std::vector<std::uint8_t> label;  // [Y,X]; empty without a label
};
inline Slice slice_of(const CachedCase& one, std::int64_t z) {
  const auto& size = one.prepared().size;
  const auto plane = static_cast<std::size_t>(size[0] * size[1]);
  Slice slice{std::vector<float>(plane * static_cast<std::size_t>(one.channels())),
              std::vector<std::uint8_t>(one.has_label() ? plane : 0)};
  one.copy_patch({0, 0, z}, {size[0], size[1], 1}, slice.image, slice.label);
  return slice;
}

}  // namespace myoseg::testing
