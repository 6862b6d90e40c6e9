// What names become before they meet another language: any bytes may stand in the name of a label,
// a case or a file.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace myoseg {

// Each character in turn with its bytes; a byte that is no UTF-8 comes alone, as U+FFFD.
void each_character(std::string_view text,
                    const std::function<void(char32_t code, std::string_view bytes)>& take);

// Text that every terminal, XML and JSON takes: control characters, those that turn the direction
// of writing and bytes that are no UTF-8 are shown as "\x1b" or "\u202e". Ends of lines and tabs
// stay.
[[nodiscard]] std::string printable(std::string_view text);
// The same on one line.
[[nodiscard]] std::string one_line(std::string_view text);

// Columns of a terminal that the text takes: letters of East Asia and pictograms take two.
[[nodiscard]] std::size_t columns_of(std::string_view text);

// A name of a file or folder for this name: of letters, digits and "._=+-" of ASCII, at most 80,
// not beginning with a dot or a dash. A name that is not so already ends with its hash, so that no
// two names share a file.
[[nodiscard]] std::string file_word(std::string_view name);

}  // namespace myoseg
