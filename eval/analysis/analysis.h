// What is asked of a table of cases beside scores and report: the analyses that an experiment
// declares, and the command `statistics`, are entries of one table.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/fields/pick.h"
#include "core/table/table.h"
#include "eval/draw/gnuplot.h"

namespace myoseg {

// A row a case, with a column `case` where cases have names.
struct AnalysisCases {
  const Table& cases;  // of a run: those that were predicted, with the fold that held them out in
                       // the column `fold`
  // Of a run: the cases that no fold holds out, such as the training cases of a fixed split; label
  // quantities and attributes alone. Null where the table is no run's.
  const Table* training = nullptr;
};

struct AnalysisTable {
  std::string name;                // file stem, which begins with the analysis's name
  std::string caption;             // above it
  Table exact;                     // full precision
  Table readable;                  // rounded
  std::size_t names = 1;           // how many of its first columns are names
  std::vector<std::string> notes;  // under the readable table
};

struct AnalysisResult {
  std::string title;                // of its section in a page
  Table exact;                      // full precision
  Table readable;                   // rounded; its first two columns are names
  std::vector<std::string> notes;   // under the readable table
  std::string text;                 // for a terminal
  std::vector<AnalysisTable> more;  // below the first
  std::vector<Figure> figures;      // names begin with the analysis's name
  std::string model;                // JSON of what was fitted and new scans can be put to; or empty
};

// Error(bad_data) naming the table and a column that it lacks or that holds no numbers.
using AnalysisEntry = Entry<AnalysisResult(const AnalysisCases& of)>;
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
