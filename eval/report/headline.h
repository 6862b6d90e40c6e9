// The few numbers at the head of a report.
#pragma once

#include <vector>

#include "eval/draw/page.h"
#include "eval/report/contents.h"

namespace myoseg {

// The headline metric of its region, of the structures' mean and of the worst structure, penalised
// where cases have no value; cases, folds and misses.
[[nodiscard]] std::vector<PageNumber> headline_numbers(const ReportContents& contents);

}  // namespace myoseg
