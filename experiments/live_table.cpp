#include "experiments/live_table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace myoseg {
namespace {

constexpr std::chrono::milliseconds kRedraw{400};

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// At most `width` characters of UTF-8 text.
std::string cut(const std::string& line, std::size_t width) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(line[i]) & 0xC0U) != 0x80U;
    if (begins && ++characters > width) return line.substr(0, i);
  }
  return line;
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
