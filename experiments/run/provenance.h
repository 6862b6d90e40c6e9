// Where a run's numbers come from: program, libraries, machine, command.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "experiments/run/context.h"

namespace myoseg {

// JSON of the versions, the host, the time, the command line and the hashes of the data and of the
// weights that training starts from (empty: none); `hash` is the run's.
[[nodiscard]] std::string provenance(const RunOrigin& origin, const std::string& hash,
                                     const std::filesystem::path& data_root,
                                     const std::string& data_hash,
                                     const std::string& starting_weights);
// The hash of every file of a data set, once for all the runs on it, as cache/data/HASH.json;
// written if it is not there. A run has the hash of all together. Nothing of a cohort that is made
// by the program: its options are its hash.
void keep_data_hashes(const std::filesystem::path& cache, const DataHashes& data);
// Entries of a run's provenance for its report.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> provenance_rows(
    const std::filesystem::path& file);

}  // namespace myoseg
