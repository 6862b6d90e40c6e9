// The report of a run, from what the run's folder holds: scores, logs, splits, provenance.
#pragma once

#include <filesystem>
#include <string>

#include "data/dataset/dataset.h"
#include "eval/report/contents.h"
#include "experiments/experiment.h"

namespace myoseg {

// Everything but the files of the cases. Error(bad_data) naming a file that is damaged.
[[nodiscard]] ReportInput read_report_input(const std::filesystem::path& run,
                                            const Experiment& experiment);
// The files that the pictures are made of, where the run's data set is.
void add_case_files(ReportInput& input, const Dataset& dataset);

// Agreement of quantities, what is lost on the external cases, and the experiment's analyses:
// tables and figures in the run's folder, sections of the page.
void add_sections(ReportInput& input, const Experiment& experiment);

// What decides a report beside the run's hash: which metrics and external data (their hash; empty:
// none) it shows, and with which options.
[[nodiscard]] std::string report_inputs(const Experiment& experiment, const std::string& external);

// The main table and where the report is, for the terminal.
[[nodiscard]] std::string report_summary(const ReportContents& contents);

}  // namespace myoseg
