#include "core/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/log.h"

namespace myoseg {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr Seconds kTerminalInterval{0.1};
constexpr Seconds kLogInterval{
    15};  // plain lines: enough to see life in a cluster's log, few enough to read

std::string clock_text(double seconds) {
  const std::int64_t s = std::llround(seconds);
  if (s >= 3600) return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{}:{:02}", s / 60, s % 60);
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total, std::string unit)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      start_(std::chrono::steady_clock::now()),
      shown_(start_),
      terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (terminal_ && done_ > 0) {
    show(true);
    std::fputc('\n', stderr);
  }
}

void Progress::advance(std::int64_t by, const std::string& note) {
  const std::lock_guard lock(mutex_);
  done_ += by;
  note_ = note;
  const auto now = std::chrono::steady_clock::now();
  if (now - shown_ < (terminal_ ? kTerminalInterval : kLogInterval)) return;
  shown_ = now;
  show(false);
}

void Progress::show(bool last) {
  const double elapsed = Seconds(std::chrono::steady_clock::now() - start_).count();
  const double rate = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
  const double left = rate > 0 ? static_cast<double>(total_ - done_) / rate : 0;
  std::string line = fmt::format("{} {}/{} {}, {:.3g}/s, {} {}", what_, done_, total_, unit_, rate,
                                 last ? "took" : "left", clock_text(last ? elapsed : left));
  if (!note_.empty()) line += ", " + note_;
  if (!terminal_) {
    log::info("{}", line);
    return;
  }
  constexpr std::int64_t kWidth = 20;
  const std::int64_t filled =
      total_ > 0 ? std::clamp<std::int64_t>(kWidth * done_ / total_, 0, kWidth) : kWidth;
  const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                          std::string(static_cast<std::size_t>(kWidth - filled), '.');
  fmt::print(stderr, "\r[{}] {}\033[K", bar, line);
  std::fflush(stderr);
}

}  // namespace myoseg
