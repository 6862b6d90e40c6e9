#include "eval/report/tables.h"

#include <utility>

namespace myoseg {

std::string data_name(const ReportInput& input) {
  const std::string name = input.data_note.substr(0, input.data_note.find(','));
  return name.empty() ? "this run" : name;
}

Table cases_table(const ReportContents& contents) {
  Table table;
  table.columns = {"case", "fold"};
  table.columns.insert(table.columns.end(), contents.regions.begin(), contents.regions.end());
  for (const CaseRow& row : contents.cases) {
    std::vector<std::string> cells{row.case_id, std::to_string(row.fold)};
    for (const double value : row.values) cells.push_back(format_number(value));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace myoseg
