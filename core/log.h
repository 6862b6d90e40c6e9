// Levelled log lines to stderr and, once a run has a folder, to its log file (spdlog behind it).
#pragma once

#include <fmt/core.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace myoseg::log {

enum class Level { debug, info, warning, error };
constexpr std::array<std::string_view, 4> choice_names(Level) {
  return {"debug", "info", "warning", "error"};
}

void set_level(Level level);
// While it lives, lines are also appended to a file.
class FileScope {
 public:
  explicit FileScope(const std::filesystem::path& file);
  ~FileScope();
  FileScope(const FileScope&) = delete;
  FileScope& operator=(const FileScope&) = delete;
};
void write(Level level, const std::string& line);

template <class... Args>
void debug(fmt::format_string<Args...> f, Args&&... args) {
  write(Level::debug, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> f, Args&&... args) {
  write(Level::info, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> f, Args&&... args) {
  write(Level::warning, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> f, Args&&... args) {
  write(Level::error, fmt::format(f, std::forward<Args>(args)...));
}

}  // namespace myoseg::log
