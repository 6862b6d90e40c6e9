#include "experiments/run/body_table.h"

#include <cmath>

#include "core/error.h"

namespace myoseg {
namespace {

constexpr double kShortest = 0.3, kTallest = 2.8;  // m

std::optional<double> number(const std::map<std::string, std::string>& cells,
                             const std::string& column, const std::string& where) {
  const auto found = cells.find(column);
  if (found == cells.end() || is_missing(found->second)) return std::nullopt;
  const auto value = as_number(found->second);
  if (!value || !std::isfinite(*value))
    throw data_error("{}: its {} is '{}', which is no number; correct the table", where, column,
                     found->second);
  return value;
}

std::optional<std::int64_t> l3_slice(const std::map<std::string, std::string>& cells,
                                     const std::string& where) {
  const std::string column = "l3_slice";
  if (const auto found = cells.find(column); found != cells.end() && found->second == "all")
    return Body::kEverySlice;
  const auto slice = number(cells, column, where);
  if (slice && (*slice < 0 || *slice != std::floor(*slice)))
    throw data_error("{}: its l3_slice is {}, which should be a whole number from 0, or 'all'",
                     where, cells.at(column));
  return slice ? std::optional(static_cast<std::int64_t>(*slice)) : std::nullopt;
}

}  // namespace

Body body_from_cells(const std::map<std::string, std::string>& cells, const std::string& where) {
  Body body;
  std::string column = "height_m";
  body.height_m = number(cells, column, where);
  if (!body.height_m) {
    column = "height_cm";
    if (const auto height_cm = number(cells, column, where)) body.height_m = *height_cm / 100;
  }
  if (body.height_m && !(*body.height_m >= kShortest && *body.height_m <= kTallest))
    throw data_error("{}: its {} is {}, which is nobody's height in {}; correct the table", where,
                     column, cells.at(column), column == "height_m" ? "metres" : "centimetres");
  body.l3_slice = l3_slice(cells, where);
  return body;
}

std::map<std::string, std::string> cells_of(const Table& table, std::size_t row) {
  std::map<std::string, std::string> cells;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    cells.emplace(match_key(table.columns[c]), table.rows[row][c]);
  return cells;
}

BodyTable read_body_table(const std::filesystem::path& file, bool needs_height) {
  const Table table = read_csv(file);
  const std::size_t name = table.column("case");
  if (needs_height && !table.find_column("height_m") && !table.find_column("height_cm"))
    throw data_error("{}: has no column height_m or height_cm", file.string());
  const RowIndex each_once(table, name);
  BodyTable bodies;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const std::string& id = table.rows[r][name];
    bodies[match_key(id)] =
        body_from_cells(cells_of(table, r), fmt::format("{}: case {}", file.string(), id));
  }
  return bodies;
}

}  // namespace myoseg
