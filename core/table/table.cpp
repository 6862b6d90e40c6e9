#include "core/table/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "core/names.h"
#include "core/table/text.h"
#include "core/table/tidy.h"

namespace myoseg {
namespace {

std::string_view trimmed(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : {" ", "\t", "\r", "\n", "\xC2\xA0", "\xEF\xBB\xBF"}) {
      if (text.starts_with(blank)) text.remove_prefix(blank.size()), again = true;
      if (text.ends_with(blank)) text.remove_suffix(blank.size()), again = true;
    }
  }
  return text;
}

// Reads one record (RFC 4180) from `text`, which starts at it and is moved behind it. `line` counts
// lines; they end in LF, CR LF or CR.
std::vector<std::string> take_record(std::string_view& text, char separator, int& line,
                                     const std::string& source) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  const int first_line = line;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    const bool ends_line = c == '\n' || (c == '\r' && !text.starts_with('\n'));
    if (ends_line) ++line;
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (text.starts_with('"')) {
        cells.back() += '"';
        text.remove_prefix(1);
      } else {
        quoted = false;
      }
    } else if (c == '"' && trimmed(cells.back()).empty()) {
      cells.back().clear();
      quoted = true;
    } else if (c == separator) {
      cells.emplace_back();
    } else if (ends_line) {
      break;
    } else {
      cells.back() += c;
    }
  }
  if (quoted)
    throw data_error("{}:{}: a quoted cell is never closed; add the missing '\"'", source,
                     first_line);
  for (std::string& cell : cells) cell = trimmed(cell);
  return cells;
}

bool is_empty(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const auto& cell) { return cell.empty(); });
}

std::string quoted_if_needed(const std::string& cell) {
  if (cell.find_first_of(",;\"\n\r\t") == std::string::npos && trimmed(cell) == cell) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const auto& cell : cells)
    line += (line.empty() && &cell == cells.data() ? "" : ",") + quoted_if_needed(cell);
  return line + '\n';
}

}  // namespace

std::string match_key(std::string_view text) {
  std::string key(trimmed(text));
  for (char& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return key;
}

std::optional<std::size_t> Table::find_column(std::string_view name) const {
  const std::string key = match_key(name);
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const auto& column) { return match_key(column) == key; });
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

std::size_t Table::column(std::string_view name) const {
  if (const auto found = find_column(name)) return *found;
  throw data_error("{}: has no column '{}'{}; its columns are {}", source, name,
                   did_you_mean(name, columns), join(columns));
}

double Table::number(std::size_t row, std::size_t column) const {
  const std::string& cell = rows[row][column];
  if (cell == "NA") return std::numeric_limits<double>::quiet_NaN();
  const auto value = as_number(cell);
  const bool says_infinite = cell.find_first_of("iI") != std::string::npos;
  if (value && std::isinf(*value) && !says_infinite)
    throw data_error("{}: row {}: column '{}' is '{}', which is too large for a number; correct it",
                     source, row + 2, columns[column], cell);
  if (value) return *value;
  throw data_error("{}: row {}: column '{}' should be a number but is '{}'{}", source, row + 2,
                   columns[column], cell,
                   cell.find(',') == std::string::npos ? "" : "; write decimals with a point");
}

RowIndex::RowIndex(const Table& table, std::size_t column) {
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string& name = table.rows[row][column];
    if (name.empty())
      throw data_error("{}: row {}: its {} is empty", table.source, row + 2, table.columns[column]);
    const auto [other, fresh] = rows_.emplace(match_key(name), row);
    if (!fresh)
      throw data_error("{}: '{}' stands twice in its column {}, in rows {} and {}", table.source,
                       name, table.columns[column], other->second + 2, row + 2);
  }
}

std::optional<std::size_t> RowIndex::find(std::string_view name) const {
  const auto found = rows_.find(match_key(name));
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> RowIndex::without_zeros(std::string_view name) const {
  std::string key = match_key(name);
  key.erase(0, std::min(key.find_first_not_of('0'), key.size() - (key.empty() ? 0 : 1)));
  if (key == match_key(name) || !rows_.contains(key)) return std::nullopt;
  return key;
}

bool is_missing(std::string_view cell) {
  const std::string key = match_key(cell);
  return key.empty() || key == "na" || key == "nan";
}

Table read_csv(const std::filesystem::path& file) {
  Table table;
  table.source = file.string();
  const std::string content = table_text(read_file(file), table.source);
  std::string_view text = content;
  int line = 1;
  const char separator = take_separator(text);
  if (text.size() != content.size()) ++line;
  if (text.empty())
    throw data_error("{}: is empty; a table needs a line of column names", table.source);
  table.columns = take_record(text, separator, line, table.source);
  while (!text.empty()) {
    const int at = line;
    auto cells = take_record(text, separator, line, table.source);
    if (is_empty(cells)) continue;
    if (cells.size() != table.columns.size())
      throw data_error("{}:{}: has {} cells where the header has {}", table.source, at,
                       cells.size(), table.columns.size());
    table.rows.push_back(std::move(cells));
  }
  drop_unused_columns(table);
  refuse_doubled_columns(table);
  // Where cells are separated by commas, "1,234" may as well be a thousand.
  if (separator == ';') replace_decimal_commas(table);
  return table;
}

std::string to_csv(const Table& table) {
  std::string text = csv_line(table.columns);
  for (const auto& row : table.rows) text += csv_line(row);
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? text : "\xEF\xBB\xBF" + text;
}

std::string format_number(double value) {
  return std::isnan(value) ? "NA" : fmt::format("{}", value);
}

}  // namespace myoseg
