// What an import shows and writes of all its cases together.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/table/table.h"
#include "data/import/plan.h"

namespace myoseg {

// A line for each series: what it is, and whether it is taken or why not, in columns. The one text
// with series descriptions: for the terminal, never for a file.
[[nodiscard]] std::string plan_text(const std::vector<PlannedSeries>& plan);

// cases.csv of the rows of case_columns() and dataset.json, in `out`. `labelled`: how many of the
// cases have a label.
void write_dataset_tables(const std::filesystem::path& out,
                          const std::vector<std::vector<std::string>>& rows, std::size_t labelled,
                          const ImportRules& rules, const std::vector<LabelRule>& labels);

}  // namespace myoseg
