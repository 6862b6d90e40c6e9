// What voxel_sums() asks of a block of voxels, and what it gets.
#pragma once

#include <cstdint>
#include <vector>

namespace myoseg {

// What is summed, in the type of the logits. Row r is the label r; a single channel is row 1, and
// row 0 beside it holds logits of zero.
template <class T>
struct BlockPlan {
  std::int64_t rows, first;  // `first`: row of channel 0
  std::int64_t ignored;
  bool sigmoid, squared, regions, cross_entropy;
  T share, spread, gamma;  // the target: `share` w[y] on y and `spread` w[r] on every row r
  T weight_sum;
  std::vector<T> weights;
};

template <class T>
struct BlockTotals {
  std::vector<double> intersection, prediction, truth;  // by row
  double loss = 0, weight = 0, count = 0;
  std::int64_t bad_label = 0;
  bool bad = false;
};

// d(loss) of one sample: by row for the region sums, one number for the cross-entropy.
template <class T>
struct BlockGradient {
  std::vector<T> intersection, prediction;
  T cross_entropy;
};

}  // namespace myoseg
