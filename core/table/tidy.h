// What spreadsheets leave in a table, put right or refused. Inside core/ only.
#pragma once

#include "core/table/table.h"

namespace myoseg {

// Columns that were once used stand on, without a name and empty.
void drop_unused_columns(Table& table);
// Error(bad_data) naming two columns whose names match.
void refuse_doubled_columns(const Table& table);
// Columns of numbers with decimal commas get points. Error(bad_data) when others have points.
void replace_decimal_commas(Table& table);

}  // namespace myoseg
