// A table of text cells with named columns: CSV in and out (RFC 4180), also as Excel writes it.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

struct Table {
  std::string source;  // the file it was read from, for messages
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as `columns`

  // The column of that name, blanks around it and its case aside.
  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const;
  // Error(bad_data) naming file, the nearest name and the known columns.
  [[nodiscard]] std::size_t column(std::string_view name) const;
  [[nodiscard]] double number(
      std::size_t row,
      std::size_t column) const;  // NaN for NA; Error(bad_data) naming file, row, column
};

// Without blanks around it, ASCII letters small: what names of columns, cases and patients are
// matched by.
[[nodiscard]] std::string match_key(std::string_view text);

// Empty, or NA or NaN in any case: the cell says that there is no value.
[[nodiscard]] bool is_missing(std::string_view cell);

// The number that the whole cell is, by the C locale's rules; too small or too large for a double:
// as near as it comes.
[[nodiscard]] std::optional<double> as_number(const std::string& cell);
// The same with NaN for what is no number, which a picture may skip.
[[nodiscard]] double number_or_nan(const std::string& cell);

// The rows of a table by the names in one of its columns (match_key).
class RowIndex {
 public:
  // Error(bad_data) naming the table for an empty name and for one that stands in two rows.
  RowIndex(const Table& table, std::size_t column);
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  // A name in the table that would be `name` with its leading zeros: what a spreadsheet makes of
  // it.
  [[nodiscard]] std::optional<std::string> without_zeros(std::string_view name) const;

 private:
  std::map<std::string, std::size_t> rows_;
};

// Cells are separated by commas, semicolons or tabs, or as a first line "sep=;" says; UTF-8, or
// UTF-16 with a byte-order mark. Blanks around cells, empty rows and empty nameless columns go; a
// column of numbers with decimal commas gets points. Error(bad_data) naming file and line for other
// encodings, workbooks (.xlsx), rows of another length, and two columns of one name.
[[nodiscard]] Table read_csv(const std::filesystem::path& file);
// With a byte-order mark when a cell needs one for spreadsheets to show its letters.
[[nodiscard]] std::string to_csv(const Table& table);
// Shortest decimal that reads back as the same double; "NA" for NaN.
[[nodiscard]] std::string format_number(double value);

}  // namespace myoseg
