// What is asked of a table of cases beside scores and report: the analyses that an experiment
// declares, and the command `statistics`, are entries of one table.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/fields/pick.h"
#include "core/table/table.h"
#include "eval/draw/gnuplot.h"

namespace myoseg {

struct AnalysisResult {
  std::string title;               // of its section in a page
  Table exact;                     // full precision
  Table readable;                  // rounded; its first two columns are names
  std::vector<std::string> notes;  // under the readable table
  std::string text;                // for a terminal
  std::optional<Figure> figure;
};

// Of a table with a row a case. Error(bad_data) naming the table and a column that it lacks or that
// holds no numbers.
using AnalysisEntry = Entry<AnalysisResult(const Table& cases)>;
std::span<const AnalysisEntry* const> table(const AnalysisEntry*);

// The column of that name. Error(bad_data) naming the nearest one and all that are there.
[[nodiscard]] std::size_t column_of(const Table& cases, const std::string& name);

// Numbers of the rows that have one in every column of `columns`; the others are left out.
struct CompleteRows {
  std::vector<std::size_t> rows;            // of the table
  std::vector<std::vector<double>> values;  // [column][row]
};
[[nodiscard]] CompleteRows complete_rows(const Table& cases,
                                         const std::vector<std::size_t>& columns);

}  // namespace myoseg
