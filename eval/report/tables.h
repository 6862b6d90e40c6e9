// The report's table of cases, and what its tables call the data.
#pragma once

#include <string>

#include "core/table/table.h"
#include "eval/report/contents.h"

namespace myoseg {

// The data's name before its first comma, for column heads: "virtual cohort l3".
[[nodiscard]] std::string data_name(const ReportInput& input);

[[nodiscard]] Table cases_table(const ReportContents& contents);

}  // namespace myoseg
