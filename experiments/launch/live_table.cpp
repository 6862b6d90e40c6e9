#include "experiments/launch/live_table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "core/text.h"

namespace myoseg {
namespace {

constexpr std::chrono::milliseconds kRedraw{400};

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// At most `width` columns.
std::string cut(const std::string& line, std::size_t width) {
  std::string text = one_line(line);
  while (columns_of(text) > width) {
    while ((static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
    text.pop_back();
  }
  return text;
}

}  // namespace

LiveTable::LiveTable() : terminal_(isatty(STDERR_FILENO) != 0) {}

void LiveTable::show(const std::vector<std::string>& lines) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || (drawn_ > 0 && now - shown_ < kRedraw)) return;
  clear();
  const std::size_t width = terminal_width() - 1;
  for (const std::string& line : lines) std::fprintf(stderr, "%s\n", cut(line, width).c_str());
  drawn_ = lines.size();
  shown_ = now;
}

void LiveTable::clear() {
  for (; drawn_ > 0; --drawn_) std::fputs("\033[A\033[2K", stderr);
  std::fflush(stderr);
}

}  // namespace myoseg
