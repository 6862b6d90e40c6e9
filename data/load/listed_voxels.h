// Voxels that patches may be centred on, few enough to be kept for every case.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/prepare/preprocess.h"

namespace myoseg {

inline constexpr std::size_t kMostListed = 10000;

// Rising indices into the label map, by its value: all voxels of it or, of many, kMostListed, one
// at random of each of as many equal parts. Of value 0 only those where a channel is above its
// minimum, unless there is none. Empty without a label map.
[[nodiscard]] std::array<std::vector<std::uint32_t>, 256> list_voxels(const Prepared& prepared);

}  // namespace myoseg
