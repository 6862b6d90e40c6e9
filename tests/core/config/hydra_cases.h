// The conformance cases of $MYOSEG_HYDRA (default tests/data/hydra) and how they are judged.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/config/tree/node.h"

namespace myoseg::testing {

using Json = nlohmann::ordered_json;

[[nodiscard]] Json hydra_file(const std::string& name);

// "" when the value is the expected one, else what differs.
[[nodiscard]] std::string difference(const Node& found, const Json& expected,
                                     const std::string& path = "");

// Runs `check` (which says what differs, or "") on every case and prints how many of each tier
// passed. A core case fails the test unless it is marked as a quirk: those that differ are printed,
// and docs/configuration.md says why.
void run_cases(const Json& file, const std::function<std::string(const Json&)>& check);

}  // namespace myoseg::testing
