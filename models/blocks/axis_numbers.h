// Numbers of a network's levels for each axis: strides of [1, 2, 2] leave the slices of a volume
// apart.
#pragma once

#include <cstdint>
#include <vector>

#include "core/fields/one_or_many.h"

namespace myoseg {

using AxisNumbers = std::vector<std::int64_t>;  // one for every spatial axis, slowest first

// A number for every spatial axis; Error(bad_usage) naming `what` where the list has another
// length.
[[nodiscard]] AxisNumbers axis_numbers(const OneOrMany<int>& numbers, int dims, const char* what);
// Those of all levels, finest first; 2 on every axis of `levels` where none are given.
[[nodiscard]] std::vector<AxisNumbers> level_strides(const std::vector<OneOrMany<int>>& strides,
                                                     std::size_t levels, int dims);
// How many times smaller than the image the coarsest level is.
[[nodiscard]] AxisNumbers product_of(const std::vector<AxisNumbers>& strides, int dims);

}  // namespace myoseg
