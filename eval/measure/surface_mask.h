// One region of a label map as bits, 64 voxels a word, in the box that holds it: its border voxels
// and surface elements fall out of a few word operations, and whole volumes stay small in memory.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/labels.h"
#include "data/volume.h"

namespace myoseg {

// A binary grid (x,y,z). Around it lie zeros that may be read: one word before and after each row,
// and reach() rows and slices, so that neighbours need no bounds check.
class BitMask {
 public:
  explicit BitMask(std::array<std::int64_t, 3> size);

  [[nodiscard]] const std::array<std::int64_t, 3>& size() const { return size_; }
  [[nodiscard]] std::int64_t words() const { return words_; }  // of a row, without the zeros
  // Rows and slices of zeros on each side (y, z): 1 to 8, no more than the grid is large.
  [[nodiscard]] const std::array<std::int64_t, 2>& reach() const { return reach_; }
  // Words between a row and the next, and between a slice and the next.
  [[nodiscard]] std::int64_t row_stride() const { return words_ + 2; }
  [[nodiscard]] std::int64_t slice_stride() const {
    return row_stride() * (size_[1] + 2 * reach_[0]);
  }
  // Place in data() of the first word of a row.
  [[nodiscard]] std::int64_t row(std::int64_t y, std::int64_t z) const {
    return (z + reach_[1]) * slice_stride() + (y + reach_[0]) * row_stride() + 1;
  }
  // The voxel (x,y,z) of the first bit of the word at a place in data().
  [[nodiscard]] std::array<std::int64_t, 3> voxel(std::int64_t place) const {
    const std::int64_t in_slice = place % slice_stride();
    return {64 * (in_slice % row_stride() - 1), in_slice / row_stride() - reach_[0],
            place / slice_stride() - reach_[1]};
  }
  [[nodiscard]] const std::uint64_t* data() const { return bits_.data(); }
  [[nodiscard]] std::uint64_t* data() { return bits_.data(); }
  [[nodiscard]] bool test(std::int64_t x, std::int64_t y, std::int64_t z) const {
    return (bits_[static_cast<std::size_t>(row(y, z) + x / 64)] >> (x % 64) & 1) != 0;
  }
  [[nodiscard]] bool any() const;
  [[nodiscard]] std::int64_t count() const;

 private:
  std::array<std::int64_t, 3> size_;
  std::int64_t words_;
  std::array<std::int64_t, 2> reach_;
  std::vector<std::uint64_t> bits_;
};

// The region's voxels inside `box`; slices with `use_slice[z]` false stay empty.
[[nodiscard]] BitMask region_bits(const LabelMap& map, const Region& region, const Box& box,
                                  const std::vector<bool>& use_slice);

// Voxels of the mask with a face neighbour outside it; what lies beyond the grid is outside.
// `planar` leaves out the neighbours in z: the mask is a picture, not a volume of one slice.
[[nodiscard]] BitMask border_voxels(const BitMask& mask, bool planar);

// Corners of the voxels, at which some but not all of the 2x2x2 (planar: 2x2) voxels around lie in
// the mask. Corner (x,y,z) lies between voxels (x-1,y-1,z-1) and (x,y,z), so the grid is one larger
// along each axis (not along z when planar).
[[nodiscard]] BitMask surface_corners(const BitMask& mask, bool planar);

// Which of the voxels around a corner lie in the mask: bit dx + 2 dy + 4 dz for voxel (x-1+dx,
// y-1+dy, z-1+dz); planar: bit dx + 2 dy.
[[nodiscard]] unsigned corner_code(const BitMask& mask, std::int64_t x, std::int64_t y,
                                   std::int64_t z, bool planar);

}  // namespace myoseg
