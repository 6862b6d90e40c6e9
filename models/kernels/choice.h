// Which method computes a convolution.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/choice.h"
#include "models/kernels/convolution.h"

namespace myoseg::kernels {

// Whose kernels compute convolutions: the library's; our own, with squares of 2 x 2 or 4 x 4 places
// wherever the kernel allows them; or for each shape what is fastest.
enum class Kernels { automatic, library, f2, f4 };
constexpr auto choice_names(Kernels) {
  return std::to_array<std::string_view>({"auto", "library", "f2", "f4"});
}

constexpr auto choice_names(Method) {
  return std::to_array<std::string_view>({"direct", "winograd_f2", "winograd_f4"});
}

// Of all passes of a convolution, empty: the library's; of an input of that batch and size (depth,
// height, width). A rule, not a measurement: the same on every processor and for every number of
// threads, so that it decides the bits of a run alone.
[[nodiscard]] std::optional<Method> method_for(const ConvShape& shape, std::int64_t batch,
                                               const std::array<std::int64_t, 3>& size,
                                               Kernels kernels);

}  // namespace myoseg::kernels
