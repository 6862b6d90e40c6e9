// The page of a sweep's report.
#pragma once

#include <string>
#include <vector>

#include "eval/draw/page.h"
#include "eval/sweep/contents.h"

namespace myoseg {

[[nodiscard]] std::string sweep_page(const SweepContents& contents,
                                     const std::vector<PageChart>& charts);

}  // namespace myoseg
