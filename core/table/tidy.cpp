#include "core/table/tidy.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <map>

#include "core/error.h"

namespace myoseg {
namespace {

// "0,91" as "0.91" when it is a number with one decimal comma.
std::optional<std::string> with_point(std::string cell) {
  const std::size_t comma = cell.find(',');
  if (comma == std::string::npos || cell.find('.') != std::string::npos) return std::nullopt;
  cell[comma] = '.';
  return as_number(cell) ? std::optional(cell) : std::nullopt;
}

struct Decimals {
  bool numbers_only = true, commas = false, points = false;
};

Decimals decimals_of(const Table& table, std::size_t column) {
  Decimals found;
  for (const auto& row : table.rows) {
    const std::string& cell = row[column];
    if (cell.empty() || cell == "NA") continue;
    if (with_point(cell))
      found.commas = true;
    else if (!as_number(cell))
      found.numbers_only = false;
    else if (cell.find('.') != std::string::npos)
      found.points = true;
  }
  return found;
}

}  // namespace

void drop_unused_columns(Table& table) {
  for (std::size_t c = table.columns.size(); c-- > 0;) {
    const bool used = std::any_of(table.rows.begin(), table.rows.end(),
                                  [&](const auto& row) { return !row[c].empty(); });
    if (used || !table.columns[c].empty()) continue;
    const auto at = static_cast<std::ptrdiff_t>(c);
    table.columns.erase(table.columns.begin() + at);
    for (auto& row : table.rows) row.erase(row.begin() + at);
  }
}

void refuse_doubled_columns(const Table& table) {
  std::map<std::string, std::string> seen;
  for (const std::string& column : table.columns) {
    if (column.empty()) continue;
    const auto [other, fresh] = seen.emplace(match_key(column), column);
    if (!fresh)
      throw data_error("{}: has the columns '{}' and '{}', which are one name; rename one",
                       table.source, other->second, column);
  }
}

std::optional<double> as_number(const std::string& cell) {
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (end != cell.data() + cell.size() || cell.empty()) return std::nullopt;
  // Too small or too large for a double: as near as it comes.
  if (error == std::errc::result_out_of_range) return std::strtod(cell.c_str(), nullptr);
  return value;
}

double number_or_nan(const std::string& cell) {
  return as_number(cell).value_or(std::numeric_limits<double>::quiet_NaN());
}

void replace_decimal_commas(Table& table) {
  std::optional<std::size_t> with_commas, with_points;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Decimals decimals = decimals_of(table, c);
    if (!decimals.numbers_only) continue;
    if (decimals.commas) with_commas = c;
    if (decimals.points) with_points = c;
    if (!decimals.commas) continue;
    for (auto& row : table.rows)
      if (auto cell = with_point(row[c])) row[c] = std::move(*cell);
  }
  if (with_commas && with_points)
    throw data_error(
        "{}: has decimal commas (column {}) and points (column {}), which may be thousands; write "
        "all numbers in one way",
        table.source, table.columns[*with_commas], table.columns[*with_points]);
}

}  // namespace myoseg
