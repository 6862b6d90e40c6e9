// How the outputs of a convolution are divided: by its shape alone, never by the number of threads.
#pragma once

#include <vector>

#include "models/kernels/direct/source.h"

namespace myoseg::kernels::direct {

// Blocks of about `rows` outputs of a lattice of `counts` places in each of `batch` samples, in
// their order in memory: part of a plane's lines, or whole planes.
[[nodiscard]] std::vector<Block> divide(std::int64_t batch,
                                        const std::array<std::int64_t, 3>& counts,
                                        std::int64_t rows);

// Part `index` of `count` into `parts` nearly equal ones.
[[nodiscard]] inline Range part_of(std::int64_t count, std::int64_t parts, std::int64_t index) {
  return {count * index / parts, count * (index + 1) / parts};
}

}  // namespace myoseg::kernels::direct
