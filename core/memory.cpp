#include "core/memory.h"

#include <fstream>
#include <limits>
#include <string>

namespace myoseg {
namespace {

// The number behind "key:" in a file of /proc, which is in KiB.
std::optional<std::int64_t> bytes_of(const char* file, const std::string& key) {
  std::ifstream in(file);
  std::string word;
  for (std::int64_t kib = 0; in >> word;
       in.ignore(std::numeric_limits<std::streamsize>::max(), '\n'))
    if (word == key && in >> kib) return kib * 1024;
  return {};
}

}  // namespace

std::optional<Memory> memory_now() {
  const auto in_use = bytes_of("/proc/self/status", "VmRSS:");
  const auto available = bytes_of("/proc/meminfo", "MemAvailable:");
  if (!in_use || !available) return {};
  return Memory{*in_use, *available};
}

}  // namespace myoseg
