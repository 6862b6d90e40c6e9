// The connected parts of a set of voxels, kept as runs of their rows: small beside the volume.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace myoseg {

// Voxels that share a face are of one part: 4 neighbours in a plane (z of size 1), 6 in a volume.
class ConnectedParts {
 public:
  struct Run {
    std::int64_t row, begin, end;  // row = y + z * size y; voxels begin <= x < end of it
    std::size_t part;              // 0 ..
  };

  // inside(x, row): whether a voxel belongs to the set; each is asked once, in order.
  template <class Inside>
  ConnectedParts(const std::array<std::int64_t, 3>& size, const Inside& inside) : size_(size) {
    for (std::int64_t row = 0; row < size[1] * size[2]; ++row) {
      begin_row();
      std::int64_t begin = -1;  // of the run that x is in
      for (std::int64_t x = 0; x < size[0]; ++x) {
        const bool in = inside(x, row);
        if (in && begin < 0) begin = x;
        if (in || begin < 0) continue;
        add(row, begin, x);
        begin = -1;
      }
      if (begin >= 0) add(row, begin, size[0]);
    }
    finish();
  }

  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  // How many voxels each part has.
  [[nodiscard]] const std::vector<std::int64_t>& voxels() const { return voxels_; }

 private:
  void begin_row() { rows_.push_back(runs_.size()); }
  void add(std::int64_t row, std::int64_t begin, std::int64_t end);
  // Joins the runs of two rows that overlap.
  void join(std::int64_t row, std::int64_t other);
  std::size_t root(std::size_t run);
  void finish();

  std::array<std::int64_t, 3> size_;
  std::vector<Run> runs_;  // while they are found, `part` is an earlier run of the same part
  std::vector<std::size_t> rows_;  // the first run of each row
  std::vector<std::int64_t> voxels_;
};

}  // namespace myoseg
