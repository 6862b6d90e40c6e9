#include "core/shell.h"

#include <algorithm>

namespace myoseg {

std::string shell_word(std::string_view text) {
  const auto is_safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-+=./:,@%^").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_safe)) return std::string(text);
  if (text.find('\'') == std::string_view::npos) return '\'' + std::string(text) + '\'';
  if (text.find_first_of("$`\"\\!") == std::string_view::npos) return '"' + std::string(text) + '"';
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'')
      word += "'\\''";
    else
      word += c;
  }
  return word + '\'';
}

}  // namespace myoseg
