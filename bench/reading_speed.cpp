// Reading label maps and scans: the time that each takes and what was read, for
// bench/reading_peers.py, which reads the same files with SimpleITK in turn with this program.
//
//     reading_speed labels|scans FILE...
//
// One line a file: voxels, CRC-32 of the labels or of the floats, size, spacing, origin, direction.
// The last line: seconds of wall, user and system time.
#include <fmt/format.h>
#include <libdeflate.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string_view>

#include "core/error.h"
#include "data/io/image_io.h"

namespace myoseg {
namespace {

template <class T>
std::string text_of(const Volume<T>& volume) {
  const Geometry& g = volume.geometry;
  const auto crc = libdeflate_crc32(0, volume.voxels.data(), volume.voxels.size() * sizeof(T));
  return fmt::format("{} {:08x} {} {} {} {}", volume.voxels.size(), crc, fmt::join(g.size, " "),
                     fmt::join(g.spacing, " "), fmt::join(g.origin, " "),
                     fmt::join(g.direction, " "));
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Of this process since it began.
struct Seconds {
  double wall, user, system;
};
Seconds now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto wall = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration<double>(wall).count(), seconds_of(usage.ru_utime),
          seconds_of(usage.ru_stime)};
}

// Reads, adds the time of that alone to `spent` and says what was read.
template <class Read>
std::string timed(const Read& read, Seconds& spent) {
  const Seconds start = now();
  try {
    const auto volume = read();
    const Seconds end = now();
    spent.wall += end.wall - start.wall;
    spent.user += end.user - start.user;
    spent.system += end.system - start.system;
    return text_of(volume);
  } catch (const Error& error) {
    return fmt::format("error: {}", error.what());
  }
}

}  // namespace
}  // namespace myoseg

int main(int argc, char** argv) {
  if (argc < 3) return std::puts("reading_speed labels|scans FILE..."), 2;
  myoseg::Seconds spent{};
  const bool labels = std::string_view(argv[1]) == "labels";
  for (int i = 2; i < argc; ++i)
    std::puts((labels ? myoseg::timed([&] { return myoseg::read_label_map(argv[i]); }, spent)
                      : myoseg::timed([&] { return myoseg::read_image(argv[i]); }, spent))
                  .c_str());
  fmt::print("{:.3f} {:.3f} {:.3f}\n", spent.wall, spent.user, spent.system);
}
