#include "core/process.h"

#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/hash.h"

namespace myoseg {
namespace {

std::string first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

const std::string& machine_id() {
  static const std::string id = [] {
    std::error_code error;
    return hash_text(host_name() + ' ' + first_line("/proc/sys/kernel/random/boot_id") + ' ' +
                     std::filesystem::read_symlink("/proc/self/ns/pid", error).string())
        .substr(0, 8);
  }();
  return id;
}

std::string process_start(int pid) {
  constexpr int kStateField = 3, kStartField = 22;  // proc(5)
  const std::string line = first_line(fmt::format("/proc/{}/stat", pid));
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return "";
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int i = kStateField; i <= kStartField; ++i) {
    fields >> field;
    if (i == kStateField && (field == "Z" || field == "X")) return "";  // ended, not yet waited for
  }
  return field;
}

}  // namespace myoseg
