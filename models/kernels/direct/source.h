// Features as the products read them: rows of channels at given addresses, in place where they can
// stay, or else from a packed copy of what a block of outputs needs.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "models/kernels/direct/geometry.h"

namespace myoseg::kernels::direct {

// Places [begin, end) of an axis.
struct Range {
  std::int64_t begin = 0, end = 0;
  [[nodiscard]] std::int64_t size() const { return end - begin; }
};

// What is worked on at once: outputs [begin, end) of each axis of a phase's lattice in one sample.
// Phases with fewer outputs have only those there are.
struct Block {
  std::int64_t sample = 0;
  std::array<Range, 3> places;  // z, y, x
  [[nodiscard]] Range of(const Phase& phase, std::size_t axis) const {
    return {std::min(places[axis].begin, phase[axis].count),
            std::min(places[axis].end, phase[axis].count)};
  }
  [[nodiscard]] std::int64_t rows(const Phase& phase) const {
    return of(phase, 0).size() * of(phase, 1).size() * of(phase, 2).size();
  }
};

// Where to find the places of a box; those outside are zeros.
struct Window {
  const float* data = nullptr;                              // of the place `first`
  std::array<std::int64_t, 3> first{}, extent{}, stride{};  // by axis; strides in numbers
  std::int64_t block_stride = 0;                            // from a block of channels to the next
};

// stay: in place where that is possible. merge: a copy in which the taps along x are one, with the
// channels of all of them, as their places lie side by side and none is outside; for few channels,
// whose products would be too short. blocks: a copy of some channels at a time for all places.
enum class Reading { stay, merge, blocks };
// merge where there are few channels or they are copied anyway.
[[nodiscard]] Reading reading_of(std::span<const Input> inputs);
[[nodiscard]] std::int64_t channels_in(std::span<const Input> inputs);

class Source {
 public:
  Source(std::span<const Input> inputs, Reading reading)
      : Source(inputs, reading, channels_in(inputs)) {}
  // In blocks of so many channels.
  Source(std::span<const Input> inputs, Reading reading, std::int64_t block);
  // The places that `phases` read for the outputs of a block. `packed` holds them if they cannot
  // stay; it grows as needed.
  [[nodiscard]] Window window(const Block& block, std::span<const Phase> phases,
                              Buffer& packed) const {
    return window(block, phases, {0, (channels_ + block_ - 1) / block_}, packed);
  }
  // Of some blocks of channels only.
  [[nodiscard]] Window window(const Block& block, std::span<const Phase> phases,
                              Range channel_blocks, Buffer& packed) const;
  // rows[tap][output of the block]: where the (first block's) channels lie that the tap reads. The
  // taps along x are one where they are merged. Answers whether taps may be outside for whole
  // lines.
  bool find_rows(const Window& window, const Block& block, const Phase& phase,
                 std::vector<const float*>& rows) const;
  [[nodiscard]] bool is_outside(const float* row) const { return row == zeros_.data(); }
  [[nodiscard]] std::int64_t channels() const { return channels_; }
  [[nodiscard]] bool merged() const { return merged_; }

 private:
  void pack(const Block& block, const Window& window, Range channel_blocks, float* to) const;
  void pack_line(std::array<std::int64_t, 3> at, const Window& window, Range channels,
                 float* to) const;

  std::span<const Input> inputs_;
  std::int64_t channels_ = 0, block_ = 0;
  bool merged_ = false, in_place_ = false;
  Buffer zeros_;
};

}  // namespace myoseg::kernels::direct
