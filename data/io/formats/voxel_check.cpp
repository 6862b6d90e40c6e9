// An image's header held against its file and this machine.
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "core/error.h"
#include "data/io/formats/grid.h"
#include "data/io/formats/unpack.h"
#include "data/io/formats/voxel_source.h"

namespace myoseg {
namespace {

using Bytes = std::span<const std::byte>;

// Of this machine or of the control group (cgroup v2) that the process belongs to.
std::size_t memory_limit() {
  const auto machine = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                       static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::ifstream file("/sys/fs/cgroup/memory.max");
  std::size_t group = 0;  // "max" is no number
  return file >> group ? std::min(machine, group) : machine;
}

void require_memory(const VoxelSource& s) {
  const std::size_t voxels = s.voxel_bytes() / bytes_of(s.scalar);
  const std::size_t needed = voxels * sizeof(float) + (s.packed ? s.voxel_bytes() : 0);
  if (needed > memory_limit())
    throw data_error("{}: takes {:.1f} GB to read, this machine has {:.1f} GB of memory", s.name,
                     static_cast<double>(needed) / 1e9, static_cast<double>(memory_limit()) / 1e9);
}

void require_length(const VoxelSource& s) {
  const Bytes bytes = stored(s);
  if (s.packed) {
    if (s.voxel_bytes() / kLargestRatio > bytes.size())
      throw data_error(
          "{}: ends early: its header promises {} bytes of voxels, which {} compressed bytes "
          "cannot "
          "hold",
          s.name, s.voxel_bytes(), bytes.size());
    return;
  }
  if (bytes.size() < s.voxel_bytes())
    throw data_error("{}: ends early: {} bytes of voxels where its header promises {}", s.name,
                     bytes.size(), s.voxel_bytes());
  const Bytes rest = bytes.subspan(s.voxel_bytes());
  if (rest.size() > kMostPadding ||
      !std::all_of(rest.begin(), rest.end(), [](std::byte b) { return b == std::byte{0}; }))
    throw data_error("{}: holds {} bytes of voxels where its header promises {}", s.name,
                     bytes.size(), s.voxel_bytes());
}

}  // namespace

// Of voxels or of the stream that holds them.
Bytes stored(const VoxelSource& s) {
  const Bytes bytes = s.file.bytes();
  const std::size_t left = s.offset < bytes.size() ? bytes.size() - s.offset : 0;
  if (s.length.value_or(0) > left || left == 0)
    throw data_error("{}: ends early: {} bytes of voxels where its header promises {}", s.name,
                     left, s.length.value_or(s.voxel_bytes()));
  return bytes.subspan(s.offset, s.length.value_or(left));
}

void check(VoxelSource& source) {
  source.geometry = checked_grid(source.name, source.geometry);
  require_length(source);
  require_memory(source);
}

}  // namespace myoseg
