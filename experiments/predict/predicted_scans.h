// New scans, predicted one by one; what is there already is kept.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/hash.h"
#include "eval/predict/predictor.h"
#include "experiments/experiment.h"
#include "experiments/ledger/jobs.h"
#include "experiments/predict/scans.h"
#include "experiments/run/body_table.h"
#include "experiments/run/run_data.h"

namespace myoseg {

struct ScanPrediction {
  const Predictor& predictor;
  const Experiment& experiment;
  const DataSummary& data;
  std::string networks;  // hash of the networks and of the options that decide
  std::filesystem::path out;
  std::vector<std::string> formats;  // endings of the files written, dicom_seg, rtstruct
  BodyTable bodies;
  std::vector<double> spacing_mm;  // x, y of pixels whose size no file states; empty: not given
  std::string run;                 // the hash of the run, for objects that say who made them
};

// The files that a scan's prediction becomes.
[[nodiscard]] std::vector<std::filesystem::path> maps_of(const Scan& scan,
                                                         const ScanPrediction& how);
// The job that writes them and the scan's rows of quantities.csv; its marker lies in OUT/.myoseg
// and holds the hash of the scan, the networks and the options.
[[nodiscard]] Job predict_job(const Scan& scan, const ScanPrediction& how, FileHashes& hashes);
inline constexpr const char* kQuantitiesFile = "quantities.csv";
// Where OUT remembers what was made of the scan: its marker and its rows of tables.
[[nodiscard]] std::filesystem::path memory_of(const Scan& scan, const std::filesystem::path& out);
// This table of every scan that is predicted there, by this command or earlier ones; by their
// names.
[[nodiscard]] std::vector<Table> remembered(const std::filesystem::path& out, const char* file);
// OUT/quantities.csv: the rows of every scan that is predicted there, by this command or earlier
// ones. Returns how many scans these are.
std::size_t write_quantities(const ScanPrediction& how);

}  // namespace myoseg
