// Reading a slice or a volume at freely placed points, a row at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace myoseg {

// Where one row of voxels is read, in voxels of what is read; in a slice z is empty.
struct Points {
  std::span<float> x, y, z;
};

// A copy with a border of `outside` all around, so that no point needs a test of whether it is
// inside. `in` is [depth, height, width]; a depth of 1 is a slice and gets no border along z.
template <class T>
class Bordered {
 public:
  Bordered(std::span<const T> in, int depth, int height, int width, T outside)
      : depth_(depth),
        height_(height),
        width_(width),
        values_(static_cast<std::size_t>(plane() * (slice() ? 1 : depth + 3)), outside) {
    for (int z = 0; z < depth; ++z)
      for (int y = 0; y < height; ++y)
        std::copy_n(in.data() + (std::int64_t{z} * height + y) * width, width,
                    values_.data() + (slice() ? 0 : (z + 1) * plane()) + (y + 1) * row() + 1);
  }

  // Points are clamped to one voxel outside, so one voxel before and two after are read.
  [[nodiscard]] std::int64_t row() const { return width_ + 3; }
  [[nodiscard]] std::int64_t plane() const { return row() * (height_ + 3); }
  [[nodiscard]] bool slice() const { return depth_ == 1; }
  [[nodiscard]] int depth() const { return depth_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] int width() const { return width_; }
  // Voxel (0, 0, 0).
  [[nodiscard]] const T* origin() const {
    return values_.data() + (slice() ? 0 : plane()) + row() + 1;
  }

 private:
  int depth_, height_, width_;
  std::vector<T> values_;
};

// Linear between the voxels about each point. Points further than one voxel outside are moved
// there, where the same is read. Bits do not depend on the processor.
void sample_linear(const Bordered<float>& in, const Points& points, std::span<float> out);
// The nearest voxel; points are moved likewise.
void sample_nearest(const Bordered<std::uint8_t>& in, const Points& points,
                    std::span<std::uint8_t> out);

}  // namespace myoseg
