// The virtual cohorts: data sets that the program makes itself, since no institution's data can
// ship.
#pragma once

#include <filesystem>
#include <span>

#include "core/fields/pick.h"

namespace myoseg {

// Writes a whole data set (nnU-Net layout, cases.csv) into `out`. Bit-identical for any thread
// count.
using CohortEntry = Entry<void(const std::filesystem::path& out, std::uint64_t seed)>;
std::span<const CohortEntry* const> table(const CohortEntry*);

}  // namespace myoseg
