// The page of a comparison of runs.
#pragma once

#include <string>
#include <vector>

#include "eval/compare/contents.h"
#include "eval/draw/page.h"

namespace myoseg {

[[nodiscard]] std::string comparison_page(const ComparisonContents& contents,
                                          const std::vector<PageChart>& charts);

}  // namespace myoseg
