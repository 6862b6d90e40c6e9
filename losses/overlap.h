// What Dice, Jaccard and Tversky losses share: a ratio of each class, and how ratios become a loss.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"
#include "losses/sums_loss.h"

namespace myoseg {

// What turns logits into probabilities; a single channel always takes the sigmoid.
enum class OverlapActivation { softmax, sigmoid };
constexpr auto choice_names(OverlapActivation) {
  return std::to_array<std::string_view>({"softmax", "sigmoid"});
}
// What a class without a labelled voxel adds: its ratio like any other, or nothing.
enum class AbsentClasses { count, zero };
constexpr auto choice_names(AbsentClasses) {
  return std::to_array<std::string_view>({"count", "zero"});
}
// Over classes and samples.
enum class Reduction { mean, sum };
constexpr auto choice_names(Reduction) { return std::to_array<std::string_view>({"mean", "sum"}); }

struct OverlapOptions {
  OverlapActivation activation = OverlapActivation::softmax;
  bool include_background = true;
  std::vector<int> classes{};  // empty: all that include_background leaves
  bool batch = false;
  double smooth_numerator = 1e-5;
  double smooth_denominator = 1e-5;
  double floor = 1e-7;
  bool log = false;
  AbsentClasses absent_classes = AbsentClasses::count;
  std::optional<std::int64_t> ignore_label{};
  Reduction reduction = Reduction::mean;
};
void describe(Fields& f, OverlapOptions& o);

class OverlapLoss : public SumsLoss {
 public:
  explicit OverlapLoss(OverlapOptions options) : options_(std::move(options)) {}

  [[nodiscard]] SumsWanted wanted() const override;
  [[nodiscard]] at::Tensor of_sums(const VoxelSums& sums) const override;
  // The loss of each class before reduction: [N,classes], or [classes] when `batch`; float64.
  [[nodiscard]] at::Tensor terms(const VoxelSums& sums) const;

 protected:
  struct Ratio {
    at::Tensor numerator, denominator;
  };
  // Of sums over the classes that count, before smoothing.
  [[nodiscard]] virtual Ratio ratio(const VoxelSums& sums) const = 0;
  [[nodiscard]] virtual at::Tensor reduce(const at::Tensor& terms) const;
  // The sums of the classes that count; over the batch where that is wanted.
  [[nodiscard]] VoxelSums counted(const VoxelSums& sums) const;

 private:
  OverlapOptions options_;
};

}  // namespace myoseg
