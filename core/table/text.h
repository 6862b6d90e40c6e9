// The text of a table's file before it is cut into cells. Inside core/ only.
#pragma once

#include <string>
#include <string_view>

namespace myoseg {

// `bytes` as UTF-8 without a byte-order mark. Error(bad_data) naming `source` and what the file is
// when it is no text: a workbook, another encoding.
[[nodiscard]] std::string table_text(std::string bytes, const std::string& source);

// The character between cells; takes a first line "sep=;" off the text. Without one the most
// frequent of , ; and tab in the line of names.
[[nodiscard]] char take_separator(std::string_view& text);

}  // namespace myoseg
