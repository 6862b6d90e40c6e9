#include "eval/draw/fonts.h"

#include <fmt/core.h>

#include <cstdio>
#include <memory>
#include <set>

#include "core/text.h"

namespace myoseg {
namespace {

// Latin letters, general punctuation and the signs of our own texts, which every font has.
bool is_common(char32_t code) {
  return code < 0x250 || (code >= 0x2010 && code <= 0x2027) || code == 0x2212 || code == 0x2264;
}

// Those of the characters that no font has.
std::set<char32_t> without_font(const std::set<char32_t>& codes) {
  if (codes.empty()) return {};
  std::string command = "command -v fc-list >/dev/null || exit; for c in";
  for (const char32_t code : codes)
    command += fmt::format(" {:x}", static_cast<std::uint32_t>(code));
  command += "; do [ -n \"$(fc-list \":charset=$c\" family)\" ] || echo $c; done 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "re"), pclose);
  std::set<char32_t> missing;
  unsigned code = 0;
  while (pipe != nullptr && std::fscanf(pipe.get(), "%x", &code) == 1) missing.insert(code);
  return missing;
}

}  // namespace

Drawable with_drawable_letters(const std::string& text) {
  std::set<char32_t> unusual;
  each_character(text, [&](char32_t code, std::string_view) {
    if (!is_common(code)) unusual.insert(code);
  });
  const std::set<char32_t> gone = without_font(unusual);
  Drawable result;
  std::set<char32_t> told;
  each_character(text, [&](char32_t code, std::string_view letter) {
    result.text += gone.contains(code) ? "?" : letter;
    if (gone.contains(code) && told.insert(code).second) result.missing += letter;
  });
  return result;
}

}  // namespace myoseg
