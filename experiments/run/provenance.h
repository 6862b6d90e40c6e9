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
                                     const std::filesystem::path& data_root, const DataHashes& data,
                                     const std::string& starting_weights);
// Its entries for the report; the hashes of single files are left in the JSON.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> provenance_rows(
    const std::filesystem::path& file);

}  // namespace myoseg
