// A volume's rows of windows in as many groups as the memory asks for: fewer rows at once need less
// of it, and rows at the border of two groups are computed for both.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "eval/predict/window_blend.h"
#include "eval/predict/windows.h"

namespace myoseg {

// The strips in `count` groups, of which empty ones are left out, each with the rows of windows
// that reach into it.
[[nodiscard]] std::vector<WindowRows> row_groups(const WindowGrid& grid, const Strips& strips,
                                                 std::size_t count);
// The fewest groups none of which needs more than `allowed` bytes by `bytes_of`; the smallest
// groups when there are none such.
[[nodiscard]] std::vector<WindowRows> row_groups_within(
    std::int64_t allowed, const WindowGrid& grid, const Strips& strips,
    const std::function<std::int64_t(const WindowRows&)>& bytes_of);

}  // namespace myoseg
