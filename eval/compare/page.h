// The page of a comparison of runs.
#pragma once

#include <string>
#include <vector>

#include "eval/compare/comparison.h"
#include "eval/draw/page.h"

namespace myoseg {

[[nodiscard]] std::string comparison_page(const ComparisonInput& input,
                                          const ComparisonOptions& options,
                                          const RunComparison& comparison,
                                          const std::vector<PageChart>& charts);

}  // namespace myoseg
