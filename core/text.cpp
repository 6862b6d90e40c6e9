#include "core/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "core/hash.h"

namespace myoseg {
namespace {

constexpr std::size_t kLongestWord = 80, kHashDigits = 8;

// One character at the start of a text; `length` 0: these bytes are no UTF-8.
struct Character {
  char32_t code = 0;
  std::size_t length = 0;
};

// Well-formed UTF-8 after table 3-7 of the Unicode standard.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF5 ? 0 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (length == 0 || first < 0xC2) return {};
  char32_t code = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast[length] || code > 0x10FFFF || surrogate) return {};
  return {code, length};
}

template <std::size_t n>
bool in(char32_t code, const char32_t (&ranges)[n][2]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const auto& range) { return code >= range[0] && code <= range[1]; });
}

// Controls, marks and overrides of direction, ends of lines of Unicode, no characters.
bool is_hidden(char32_t code) {
  constexpr char32_t kRanges[][2] = {{0, 8},           {11, 31},         {0x7F, 0x9F},
                                     {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069},
                                     {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF}};
  return in(code, kRanges) || (code & 0xFFFEU) == 0xFFFE;
}

// The ranges by which fmt pads.
bool is_wide(char32_t code) {
  constexpr char32_t kRanges[][2] = {
      {0x1100, 0x115F},   {0x2329, 0x232A},   {0x2E80, 0x303E},   {0x3040, 0xA4CF},
      {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
      {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF},
      {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD},
  };
  return in(code, kRanges);
}

bool is_plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("._=+-").find(c) != std::string_view::npos;
}

}  // namespace

void each_character(std::string_view text,
                    const std::function<void(char32_t, std::string_view)>& take) {
  while (!text.empty()) {
    const Character c = first_character(text);
    const std::size_t length = std::max<std::size_t>(c.length, 1);
    take(c.length == 0 ? 0xFFFD : c.code, text.substr(0, length));
    text.remove_prefix(length);
  }
}

std::string printable(std::string_view text) {
  std::string shown;
  each_character(text, [&](char32_t code, std::string_view bytes) {
    const bool stray = code == 0xFFFD && bytes.size() == 1;
    if (stray || (bytes.size() == 1 && is_hidden(code)))
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes[0]));
    else if (is_hidden(code))
      shown += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(code));
    else
      shown += bytes;
  });
  return shown;
}

std::string one_line(std::string_view text) {
  std::string line = printable(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  each_character(text, [&](char32_t code, std::string_view) { columns += is_wide(code) ? 2 : 1; });
  return columns;
}

std::string file_word(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), is_plain);
  if (plain && !name.empty() && name.size() <= kLongestWord && name[0] != '.' && name[0] != '-')
    return std::string(name);
  std::string word;
  for (const char c : name.substr(0, kLongestWord - kHashDigits - 1))
    if (is_plain(c))
      word += c;
    else if (!word.ends_with('_'))
      word += '_';
  if (word.starts_with('.') || word.starts_with('-')) word[0] = '_';
  return word + "-" + Hasher().add(name).hex().substr(0, kHashDigits);
}

}  // namespace myoseg
