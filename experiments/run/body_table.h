// What tables of cases know of the patients' bodies: columns height_m or height_cm, and l3_slice (a
// number from 0, or `all` for scans of the L3 level alone).
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/table/table.h"
#include "eval/measure/quantities.h"

namespace myoseg {

// From one case's cells by column; empty ones and NA are not known. Error(bad_data) naming `where`
// when one is no number or none that can be right.
[[nodiscard]] Body body_from_cells(const std::map<std::string, std::string>& cells,
                                   const std::string& where);

// The cells of a row by column.
[[nodiscard]] std::map<std::string, std::string> cells_of(const Table& table, std::size_t row);

using BodyTable = std::map<std::string, Body>;  // by match_key of the case

// Of every case in a table with a column `case`. Error(bad_data) when it names one twice or, where
// a height is what the table is for, has neither column.
[[nodiscard]] BodyTable read_body_table(const std::filesystem::path& table,
                                        bool needs_height = true);

}  // namespace myoseg
