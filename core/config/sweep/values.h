// The values that one override sweeps over.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/config/override/override.h"
#include "core/config/tree/node.h"

namespace myoseg {

// A sweep with more values, or more jobs, is taken for a slip of the finger.
constexpr std::size_t kMostJobs = 100'000;

struct SweepValue {
  std::string text;  // as an override gives it
  Node value;
};

// An override's only value or all that it sweeps over, in order and not shuffled; intervals have
// none. Options of a glob are those of its group in `search_path`. Error(bad_usage) for a range of
// more than kMostJobs values.
[[nodiscard]] std::vector<SweepValue> values_of(
    const Override& given, const std::vector<std::filesystem::path>& search_path);

// Why an override that sweeps has no values, as a sentence.
[[nodiscard]] std::string why_empty(const Override& given,
                                    const std::vector<std::filesystem::path>& search_path);

// The value with the text that reads back as it: quoted where it cannot do without.
[[nodiscard]] SweepValue value_of(Element element);
[[nodiscard]] SweepValue value_of(const Node& node);

}  // namespace myoseg
