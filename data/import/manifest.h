// manifest.json of an import: which pseudonym is whom. Its owner alone can read it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/import/plan.h"

namespace myoseg {

inline constexpr const char* kManifest = "manifest.json";

// The salt of what was imported into this folder before, so that names stay the same; else a new
// one. Error(bad_data) for a manifest without a salt.
[[nodiscard]] std::string import_salt(const std::filesystem::path& out);

// Patient IDs, UIDs, institutions and folders of all series by their case, the damaged files, and
// the salt. Readable by its owner alone from the moment that it appears.
void write_manifest(const std::filesystem::path& out, const std::vector<PlannedSeries>& plan,
                    const Archive& archive, const Pseudonyms& pseudonyms);

}  // namespace myoseg
