// What a sweep's report says, computed once; its tables, figures and page only show it.
#pragma once

#include <string>
#include <vector>

#include "core/table/table.h"
#include "eval/draw/axis.h"
#include "eval/sweep/report.h"

namespace myoseg {

// The first score of a run that is done; NaN for any other and for a score that is not finite.
[[nodiscard]] double headline(const SweepRow& row);
[[nodiscard]] std::vector<double> headlines(const std::vector<const SweepRow*>& rows);

struct RankedRow {
  const SweepRow* row = nullptr;
  int rank = 0;  // from 1; 0 without a headline score
};

struct SweepContents {
  // Error(failed) when a row's settings or scores are not as many as the keys or names.
  explicit SweepContents(SweepReportInput given);
  SweepContents(const SweepContents&) = delete;  // rows are pointed at
  SweepContents& operator=(const SweepContents&) = delete;

  SweepReportInput input;
  std::string score_name;              // what the first score is called; "score" without one
  std::vector<RankedRow> ranked;       // all rows in the order of the table
  std::vector<const SweepRow*> drawn;  // those with a headline score, in the sweep's order
  // Over the drawn rows, one a key; an axis with one value is of no use to a figure.
  std::vector<Axis> settings;
  // One row a run with full precision: rank, the keys, the scores, seconds, peak_memory_mib,
  // parameters, state, run, failure. Best first; runs with the same score share a rank and keep
  // their order; then what is done without a score, stopped, open and, last, failed. "NA" for what
  // a run has not.
  Table table;
  Table readable;  // the same rounded and with units, under heads for readers
};

// Why nothing can be compared: empty when two rows are drawn.
[[nodiscard]] std::string too_few_rows(const SweepContents& contents);
// How many runs are not drawn, as a sentence with a space before it; empty when all are.
[[nodiscard]] std::string missing_note(const SweepContents& contents, std::size_t drawn);

}  // namespace myoseg
