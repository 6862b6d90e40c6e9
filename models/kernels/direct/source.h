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
};

// stay: in place where that is possible. copy: numbers may be read beyond the last channel. merge:
// a copy in which the taps along x are one, with the channels of all of them, as their places lie
// side by side and none is outside; for few channels, whose products would be too short.
enum class Reading { stay, copy, merge };
// merge where there are few channels or they are copied anyway.
[[nodiscard]] Reading reading_of(std::span<const Input> inputs);

class Source {
 public:
  Source(std::span<const Input> inputs, Reading reading);
  // The places that `phases` read for the outputs of a block. `packed` holds them if they cannot
  // stay; it grows as needed.
  [[nodiscard]] Window window(const Block& block, std::span<const Phase> phases,
                              Buffer& packed) const;
  // rows[tap][output of the block]: where the channels lie that the tap reads. The taps along x are
  // one where they are merged.
  void find_rows(const Window& window, const Block& block, const Phase& phase,
                 std::vector<const float*>& rows) const;
  [[nodiscard]] std::int64_t channels() const { return channels_; }
  [[nodiscard]] bool merged() const { return merged_; }

 private:
  void pack(const Block& block, const Window& window, float* to) const;
  void pack_line(std::int64_t sample, std::int64_t z, std::int64_t y, const Window& window,
                 float* to) const;

  std::span<const Input> inputs_;
  std::int64_t channels_ = 0;
  bool merged_ = false, in_place_ = false;
  Buffer zeros_;
};

}  // namespace myoseg::kernels::direct
