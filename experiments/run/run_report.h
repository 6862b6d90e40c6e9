// The report of a run, from what the run's folder holds: scores, logs, splits, provenance.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "data/dataset/dataset.h"
#include "eval/report/contents.h"
#include "experiments/experiment.h"
#include "experiments/ledger/jobs.h"

namespace myoseg {

// Everything but the files of the cases. Error(bad_data) naming a file that is damaged.
[[nodiscard]] ReportInput read_report_input(const std::filesystem::path& run,
                                            const Experiment& experiment);
// The files that the pictures are made of, where the run's data set is.
void add_case_files(ReportInput& input, const Dataset& dataset);

// Agreement of quantities, and what is lost on the external cases: tables and figures in the run's
// folder, sections of the page.
void add_study(ReportInput& input, const Experiment& experiment);

// The job `report`; its marker says of which metrics and external data (their hash; empty: none)
// and with which options it was made.
[[nodiscard]] Job report_job(const std::filesystem::path& run, const std::string& run_hash,
                             const std::string& external, const Experiment& experiment,
                             std::function<bool()> work);

// The main table and where the report is, for the terminal.
[[nodiscard]] std::string report_summary(const ReportContents& contents);

}  // namespace myoseg
