// How often each value occurs in a label map.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace myoseg {

using LabelCounts = std::array<std::int64_t, 256>;

[[nodiscard]] LabelCounts count_labels(std::span<const std::uint8_t> voxels);

}  // namespace myoseg
