#include "core/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "core/names.h"

namespace myoseg {
namespace {

// Reads one record (RFC 4180) from `text`, which starts at it and is moved behind it. `line` counts
// lines.
std::vector<std::string> take_record(std::string_view& text, char separator, int& line,
                                     const std::string& source) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  const int first_line = line;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (!text.empty() && text.front() == '"') {
        cells.back() += '"';
        text.remove_prefix(1);
      } else {
        quoted = false;
      }
    } else if (c == '"' && cells.back().empty()) {
      quoted = true;
    } else if (c == separator) {
      cells.emplace_back();
    } else if (c == '\n') {
      return cells;
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  if (quoted)
    throw data_error("{}:{}: a quoted cell is never closed; add the missing '\"'", source,
                     first_line);
  return cells;
}

std::string quoted_if_needed(const std::string& cell) {
  if (cell.find_first_of(",\"\n\r") == std::string::npos) return cell;
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

std::optional<std::size_t> Table::find_column(std::string_view name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

std::size_t Table::column(std::string_view name) const {
  if (const auto found = find_column(name)) return *found;
  throw data_error("{}: has no column '{}'; its columns are {}", source, name, join(columns));
}

double Table::number(std::size_t row, std::size_t column) const {
  const std::string& cell = rows[row][column];
  if (cell == "NA") return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (end == cell.data() + cell.size()) {
    if (error == std::errc()) return value;
    // Nearer to zero than any double is zero; beyond the largest there is no nearest.
    if (cell.find("e-") != std::string::npos || cell.find("E-") != std::string::npos) return 0;
    throw data_error("{}: row {}: column '{}' is '{}', which is too large for a number; correct it",
                     source, row + 2, columns[column], cell);
  }
  throw data_error("{}: row {}: column '{}' should be a number but is '{}'", source, row + 2,
                   columns[column], cell);
}

bool is_missing(std::string_view cell) {
  std::string lower;
  for (const char c : cell)
    if (c != ' ' && c != '\t') lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower.empty() || lower == "na" || lower == "nan";
}

Table read_csv(const std::filesystem::path& file) {
  Table table;
  table.source = file.string();
  const std::string content = read_file(file);
  std::string_view text = content;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string_view header = text.substr(0, text.find('\n'));
  const bool semicolons =
      std::count(header.begin(), header.end(), ';') > std::count(header.begin(), header.end(), ',');
  int line = 1;
  if (text.empty())
    throw data_error("{}: is empty; a table needs a line of column names", table.source);
  table.columns = take_record(text, semicolons ? ';' : ',', line, table.source);
  while (!text.empty()) {
    const int at = line;
    auto cells = take_record(text, semicolons ? ';' : ',', line, table.source);
    if (cells.size() == 1 && cells[0].empty()) continue;  // blank line
    if (cells.size() != table.columns.size())
      throw data_error("{}:{}: has {} cells where the header has {}", table.source, at,
                       cells.size(), table.columns.size());
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string to_csv(const Table& table) {
  std::string text = csv_line(table.columns);
  for (const auto& row : table.rows) text += csv_line(row);
  return text;
}

std::string format_number(double value) {
  return std::isnan(value) ? "NA" : fmt::format("{}", value);
}

}  // namespace myoseg
