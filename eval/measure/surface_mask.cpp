#include "eval/measure/surface_mask.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace myoseg {
namespace {

// The region's voxels among 8 neighbours in a row, as 8 bits.
std::uint64_t eight_bits(const std::uint8_t* labels, const std::array<std::uint8_t, 256>& inside) {
  std::uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits |= static_cast<std::uint64_t>(inside[labels[i]]) << i;
  return bits;
}

void pack_row(const std::uint8_t* labels, std::int64_t n,
              const std::array<std::uint8_t, 256>& inside, std::uint64_t* words) {
  // Most groups of eight equal the one before: organs are large.
  std::uint64_t last = 0, last_bits = inside[0] != 0 ? 0xFF : 0;
  std::int64_t x = 0;
  for (; x + 8 <= n; x += 8) {
    std::uint64_t group = 0;
    std::memcpy(&group, labels + x, sizeof group);
    if (group != last) {
      last = group;
      last_bits = eight_bits(labels + x, inside);
    }
    words[x / 64] |= last_bits << (x % 64);
  }
  for (; x < n; ++x) words[x / 64] |= static_cast<std::uint64_t>(inside[labels[x]]) << (x % 64);
}

}  // namespace

BitMask::BitMask(std::array<std::int64_t, 3> size)
    : size_(size),
      words_((size[0] + 63) / 64),
      reach_{std::clamp<std::int64_t>(size[1] - 1, 1, 8),
             std::clamp<std::int64_t>(size[2] - 1, 1, 8)},
      bits_(static_cast<std::size_t>(slice_stride() * (size_[2] + 2 * reach_[1])), 0) {}

bool BitMask::any() const {
  return std::any_of(bits_.begin(), bits_.end(), [](std::uint64_t word) { return word != 0; });
}

std::int64_t BitMask::count() const {
  std::int64_t n = 0;
  for (const std::uint64_t word : bits_) n += std::popcount(word);
  return n;
}

BitMask region_bits(const LabelMap& map, const Region& region, const Box& box,
                    const std::vector<bool>& use_slice) {
  std::array<std::uint8_t, 256> inside{};
  for (const std::uint8_t value : region.values) inside[value] = 1;
  BitMask mask(box.size());
  for (std::int64_t z = 0; z < mask.size()[2]; ++z) {
    if (!use_slice[static_cast<std::size_t>(box.begin[2] + z)]) continue;
    for (std::int64_t y = 0; y < mask.size()[1]; ++y)
      pack_row(map.voxels.data() + map.index(box.begin[0], box.begin[1] + y, box.begin[2] + z),
               mask.size()[0], inside, mask.data() + mask.row(y, z));
  }
  return mask;
}

BitMask border_voxels(const BitMask& mask, bool planar) {
  BitMask border(mask.size());
  const std::uint64_t* bits = mask.data();
  const std::int64_t up = mask.row_stride(), front = mask.slice_stride();
  for (std::int64_t z = 0; z < mask.size()[2]; ++z)
    for (std::int64_t y = 0; y < mask.size()[1]; ++y)
      for (std::int64_t i = mask.row(y, z), end = i + mask.words(); i < end; ++i) {
        const std::uint64_t word = bits[i];
        if (word == 0) continue;
        std::uint64_t inner = (word << 1 | bits[i - 1] >> 63) & (word >> 1 | bits[i + 1] << 63) &
                              bits[i - up] & bits[i + up];
        if (!planar) inner &= bits[i - front] & bits[i + front];
        border.data()[i] = word & ~inner;
      }
  return border;
}

BitMask surface_corners(const BitMask& mask, bool planar) {
  const auto& size = mask.size();
  BitMask corners({size[0] + 1, size[1] + 1, planar ? size[2] : size[2] + 1});
  for (std::int64_t z = 0; z < corners.size()[2]; ++z)
    for (std::int64_t y = 0; y < corners.size()[1]; ++y) {
      std::uint64_t* row = corners.data() + corners.row(y, z);
      const std::uint64_t* words = mask.data() + mask.row(y, z);
      std::uint64_t any_before = 0, all_before = 0;  // of the word to the left
      for (std::int64_t i = 0; i < corners.words(); ++i, ++words) {
        const std::uint64_t a = words[0], b = words[-mask.row_stride()];
        std::uint64_t any = a | b, all = a & b;
        if (!planar) {
          const std::uint64_t* behind = words - mask.slice_stride();
          any |= behind[0] | behind[-mask.row_stride()];
          all &= behind[0] & behind[-mask.row_stride()];
        }
        row[i] = (any | any << 1 | any_before >> 63) & ~(all & (all << 1 | all_before >> 63));
        any_before = any;
        all_before = all;
      }
    }
  return corners;
}

unsigned corner_code(const BitMask& mask, std::int64_t x, std::int64_t y, std::int64_t z,
                     bool planar) {
  const auto& size = mask.size();
  unsigned code = 0;
  for (int corner = 0; corner < (planar ? 4 : 8); ++corner) {
    const std::int64_t at[3] = {x - 1 + (corner & 1), y - 1 + (corner >> 1 & 1),
                                planar ? z : z - 1 + (corner >> 2)};
    bool inside = true;
    for (int a = 0; a < 3; ++a) inside = inside && at[a] >= 0 && at[a] < size[a];
    if (inside && mask.test(at[0], at[1], at[2])) code |= 1U << corner;
  }
  return code;
}

}  // namespace myoseg
