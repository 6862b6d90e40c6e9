// Networks that are rules, small scans, and windows over a volume that is a tensor.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "data/prepare/preprocess_options.h"
#include "data/volume.h"
#include "eval/predict/row_groups.h"
#include "eval/predict/window_sweep.h"
#include "models/network.h"

namespace myoseg::testing {

// Logits from a rule instead of weights; notes the batches it saw.
class Rule : public Network {
 public:
  using Logits = std::function<at::Tensor(const at::Tensor&)>;
  explicit Rule(Logits rule, int dims = 2) : rule_(std::move(rule)), dims_(dims) {}
  at::Tensor forward(at::Tensor x) override {
    EXPECT_FALSE(is_training());
    EXPECT_EQ(x.dim(), dims_ + 2);
    largest_batch = std::max(largest_batch, x.size(0));
    window = x.sizes().slice(2).vec();
    return rule_(x);
  }
  [[nodiscard]] int dims() const override { return dims_; }
  [[nodiscard]] std::vector<std::int64_t> fixed_size() const override { return fixed; }

  std::int64_t largest_batch = 0;
  std::vector<std::int64_t> window, fixed;

 private:
  Logits rule_;
  int dims_;
};

// Class 1 where a voxel is above 100.
inline at::Tensor above_100(const at::Tensor& x) { return at::cat({x * 0 + 100, x}, 1); }

inline Image scan(std::array<std::int64_t, 3> size = {16, 16, 7}) {
  Geometry g;
  g.size = size;
  Image image(g, 1);
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    image.voxels[i] = static_cast<float>((i * 37) % 256);
  return image;
}

// HU, on the scan's grid.
inline PreprocessOptions as_it_is() {
  PreprocessOptions o;
  o.window_hu = {-1024, 3071};
  o.normalise = Normalise::none;
  o.size.reset();
  return o;
}

// What the windows of `grid` make of a volume (C,Z,Y,X), as (K,Z,Y,X): the strips end `late` rows
// later than they could and begin `early` rows before that, `groups` of them go through all layers
// after one another.
struct Cuts {
  std::int64_t late = 0, early = 0;
  std::size_t groups = 1;
  std::int64_t batch = 1;  // 0: slices
};
inline at::Tensor blended(const at::Tensor& volume, const WindowGrid& grid,
                          const at::Tensor& weights, const Cuts& cuts,
                          const std::function<at::Tensor(const at::Tensor&)>& network) {
  const std::int64_t height = grid.volume[1];
  Strips strips;
  std::int64_t end = 0;
  for (std::size_t r = 0; r < grid.y.size(); ++r) {
    const std::int64_t first = std::max<std::int64_t>(0, end - cuts.early);
    end = r + 1 == grid.y.size()
              ? height
              : std::clamp<std::int64_t>(grid.y[r + 1] - grid.before[1] - cuts.late, 0, height);
    strips.push_back(end > first ? ToNative::Rows{first, end} : ToNative::Rows{});
  }
  at::Tensor out;
  std::vector<std::int64_t> planes(strips.size(), 0);
  const auto read = [&](std::size_t s, const at::Tensor& sums, const at::Tensor& of_weights) {
    const at::Tensor scores = sums / of_weights;
    if (!out.defined())
      out = at::full({scores.size(0), grid.volume[0], height, grid.volume[2]}, NAN);
    out.narrow(1, planes[s], scores.size(1))
        .narrow(2, strips[s].first, scores.size(2))
        .copy_(scores);
    planes[s] += scores.size(1);
  };
  for (const WindowRows& rows : row_groups(grid, strips, cuts.groups)) {
    WindowBlend blend(grid, weights, strips, rows, read);
    WindowInput input(
        grid,
        [&](std::int64_t first, std::int64_t count, std::span<float> to) {
          const at::Tensor part = volume.narrow(1, first, count).contiguous();
          std::copy_n(part.data_ptr<float>(), part.numel(), to.begin());
        },
        std::vector<float>(static_cast<std::size_t>(volume.size(0)), 0.0F));
    sweep(grid, rows, {cuts.batch}, input, blend, network);
  }
  return out;
}

}  // namespace myoseg::testing
