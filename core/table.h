// A table of text cells with named columns: CSV in and out (RFC 4180; a UTF-8 byte-order mark and
// ';' are understood).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

struct Table {
  std::string source;  // the file it was read from, for messages
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // each as long as `columns`

  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const;
  [[nodiscard]] std::size_t column(
      std::string_view name) const;  // Error(bad_data) naming file and known columns
  [[nodiscard]] double number(
      std::size_t row,
      std::size_t column) const;  // NaN for NA; Error(bad_data) naming file, row, column
};

// Empty, or NA or NaN in any case: the cell says that there is no value.
[[nodiscard]] bool is_missing(std::string_view cell);

[[nodiscard]] Table read_csv(const std::filesystem::path& file);
[[nodiscard]] std::string to_csv(const Table& table);
// Shortest decimal that reads back as the same double; "NA" for NaN.
[[nodiscard]] std::string format_number(double value);

}  // namespace myoseg
