// quantities.csv: one row per scan, who segmented it (a reader) and region.
#pragma once

#include <string>
#include <vector>

#include "core/table/table.h"
#include "eval/agreement/agreement.h"
#include "eval/measure/quantities.h"

namespace myoseg {

[[nodiscard]] Table empty_quantities(const QuantityOptions& options = {});
void add_quantities(Table& table, const std::string& scan, const std::string& reader,
                    const std::vector<Quantity>& quantities);

// The columns in which readers are compared unless somebody chooses: volume, areas, mean HU, share
// of each tissue, skeletal muscle index; those that the table has.
[[nodiscard]] std::vector<std::string> compared_quantities(const Table& quantities);
// What the readers measured: by quantity in the order of `columns`, then by region as they first
// appear. A case counts where any reader found the region; a region or quantity that nobody has a
// value of is left out.
[[nodiscard]] std::vector<Ratings> ratings_of(const Table& quantities,
                                              const std::vector<std::string>& readers,
                                              const std::vector<std::string>& columns);

}  // namespace myoseg
