#include "models/blocks/axis_numbers.h"

#include "core/error.h"
#include "models/blocks/operations.h"

namespace myoseg {

AxisNumbers axis_numbers(const OneOrMany<int>& numbers, int dims, const char* what) {
  const AxisNumbers wide(numbers.values.begin(), numbers.values.end());
  if (wide.size() != 1 && wide.size() != static_cast<std::size_t>(dims))
    throw usage_error("model.{}: one number or one for each of {} axes is needed, but {} are given",
                      what, dims, wide.size());
  return per_axis(wide, dims);
}

std::vector<AxisNumbers> level_strides(const std::vector<OneOrMany<int>>& strides,
                                       std::size_t levels, int dims) {
  if (strides.empty()) return std::vector<AxisNumbers>(levels, per_axis(2, dims));
  std::vector<AxisNumbers> all;
  for (const auto& stride : strides) all.push_back(axis_numbers(stride, dims, "strides"));
  return all;
}

AxisNumbers product_of(const std::vector<AxisNumbers>& strides, int dims) {
  AxisNumbers product = per_axis(1, dims);
  for (const auto& stride : strides)
    for (std::size_t axis = 0; axis < product.size(); ++axis) product[axis] *= stride[axis];
  return product;
}

}  // namespace myoseg
