// The report of a sweep: what differs between its runs, what that did to the scores, what each
// cost.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/table/table.h"
#include "eval/measure/metrics.h"

namespace myoseg {

struct SweepRow {
  std::string run;                    // folder name
  std::vector<std::string> settings;  // one text per SweepReportInput::keys: "unet", "0.01"
  std::string state;                  // "done", "failed", "stopped" or "open"
  std::string failure;                // its sentence when failed
  std::vector<double> scores;         // one per SweepReportInput::score_names; NaN when absent
  double seconds = std::numeric_limits<double>::quiet_NaN();          // of all jobs together
  double peak_memory_mib = std::numeric_limits<double>::quiet_NaN();  // of the largest job
  std::int64_t parameters = 0;                                        // of the network; 0: unknown
  std::filesystem::path report;  // of the run, relative to the sweep's folder; empty when none
};

struct SweepReportInput {
  std::filesystem::path folder;  // report.html, table.csv, table.md and figures/ go here
  std::string title;
  std::string data_note;                                        // as in ReportInput
  std::vector<std::string> keys;                                // what differs
  std::vector<std::string> score_names;                         // as they are read; the first ranks
  Better better = Better::higher;                               // which of its values
  std::vector<SweepRow> rows;                                   // in the sweep's order
  std::vector<std::pair<std::string, std::string>> provenance;  // name, value
  std::string sections;  // markup made by this program (study_sections)
};

// One row a run with full precision: rank, the keys, the scores, seconds, peak_memory_mib,
// parameters, state, run, failure; "NA" where a run has none. The best run comes first; runs with
// the same score share a rank. Behind them come runs that are done but have no score, then those
// that were stopped, are open, and failed. Error(failed) when a row's settings or scores are not as
// many as the keys or names.
[[nodiscard]] Table sweep_table(const SweepReportInput& input);

// Writes everything; figures that gnuplot cannot draw here keep their script and data, with a
// warning.
void write_sweep_report(const SweepReportInput& input);

}  // namespace myoseg
