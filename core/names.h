// Telling a user which known name they probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace myoseg {

// "; did you mean 'depth'?" or "" when nothing known is near.
[[nodiscard]] std::string did_you_mean(std::string_view found, std::span<const std::string> known);
[[nodiscard]] std::string join(std::span<const std::string> names,
                               std::string_view separator = ", ");
// The first ten and how many more there are: "a, b and 70 more".
[[nodiscard]] std::string join_some(std::span<const std::string> names);

}  // namespace myoseg
