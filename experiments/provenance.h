// Where a run's numbers come from: program, libraries, machine, command.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace myoseg {

// JSON of the versions, the host, the time and the command line; `hash` is the run's.
[[nodiscard]] std::string provenance(const std::string& command_line, const std::string& hash);
// Its entries for the report.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> provenance_rows(
    const std::filesystem::path& file);
// "myoseg 0.1.0 (a1b2c3d)".
[[nodiscard]] std::string program_version();

}  // namespace myoseg
