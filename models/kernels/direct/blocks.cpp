#include "models/kernels/direct/blocks.h"

#include "models/kernels/direct/filters.h"

namespace myoseg::kernels::direct {

std::vector<Block> divide(std::int64_t batch, const std::array<std::int64_t, 3>& counts,
                          std::int64_t rows) {
  const auto [depth, height, width] = counts;
  std::vector<Block> blocks;
  if (batch * depth * height * width == 0) return blocks;
  const std::int64_t lines = std::clamp<std::int64_t>(rows / width, 1, height);
  const std::int64_t planes = std::clamp<std::int64_t>(rows / (width * height), 1, depth);
  const std::int64_t in_y = blocks_of(height, lines), in_z = blocks_of(depth, planes);
  for (std::int64_t n = 0; n < batch; ++n)
    for (std::int64_t z = 0; z < in_z; ++z)
      for (std::int64_t y = 0; y < in_y; ++y)
        blocks.push_back({n, {part_of(depth, in_z, z), part_of(height, in_y, y), {0, width}}});
  return blocks;
}

}  // namespace myoseg::kernels::direct
