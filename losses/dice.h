// Soft Dice and Jaccard losses in the forms of MONAI and segmentation-models-pytorch.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fields.h"

namespace myoseg {

struct DiceOptions {
  std::string activation =
      "softmax";  // softmax | sigmoid; a single channel always takes the sigmoid
  bool include_background = true;
  std::vector<int> classes;  // empty: all that include_background leaves
  bool batch = false;
  bool squared = false;
  bool jaccard = false;
  double smooth_numerator = 1e-5;
  double smooth_denominator = 1e-5;
  double floor = 1e-7;
  bool log = false;
  std::string absent_classes = "count";  // count | zero
  std::optional<std::int64_t> ignore_label;
  std::string reduction = "mean";  // mean | sum
};
void describe(Fields& f, DiceOptions& o);

// The loss of each class before reduction: [N,classes], or [classes] when `batch`; float64.
[[nodiscard]] at::Tensor dice_terms(const DiceOptions& options, const at::Tensor& logits,
                                    const at::Tensor& labels);

}  // namespace myoseg
