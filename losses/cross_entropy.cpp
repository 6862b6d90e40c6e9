// Cross-entropy of the labels (softmax; sigmoid for a single channel).
#include <ATen/ATen.h>

#include <limits>

#include "losses/sums_loss.h"

namespace myoseg {
namespace {

enum class CrossEntropyReduction { weighted_mean, mean, sum };
constexpr auto choice_names(CrossEntropyReduction) {
  return std::to_array<std::string_view>({"weighted_mean", "mean", "sum"});
}

struct CrossEntropyLossOptions {
  std::vector<double> weights;
  std::optional<std::int64_t> ignore_label;
  double label_smoothing = 0;
  CrossEntropyReduction reduction = CrossEntropyReduction::weighted_mean;
};

void describe(Fields& f, CrossEntropyLossOptions& o) {
  f("weights", o.weights, kNonNegative, "One per label, background first; empty: all 1.");
  f("ignore_label", o.ignore_label, "Voxels with this label count nowhere.");
  f("label_smoothing", o.label_smoothing, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of each target that is spread evenly over all classes.");
  f("reduction", o.reduction,
    "Divide by the sum of the voxels' weights, by their number, or not at all.");
}

class CrossEntropy final : public SumsLoss {
 public:
  explicit CrossEntropy(const CrossEntropyLossOptions& o) : options_(o) {}

  [[nodiscard]] SumsWanted wanted() const override {
    return {.cross_entropy = CrossEntropyOptions{.weights = options_.weights,
                                                 .label_smoothing = options_.label_smoothing},
            .ignore_label = options_.ignore_label};
  }
  [[nodiscard]] at::Tensor of_sums(const VoxelSums& sums) const override {
    if (options_.reduction == CrossEntropyReduction::sum) return sums.cross_entropy;
    // Nothing but ignored voxels: the loss is 0, not 0/0.
    const at::Tensor& divisor =
        options_.reduction == CrossEntropyReduction::mean ? sums.count : sums.weight;
    return sums.cross_entropy / divisor.clamp_min(std::numeric_limits<double>::min());
  }

 private:
  CrossEntropyLossOptions options_;
};

std::unique_ptr<Loss> make_cross_entropy(const CrossEntropyLossOptions& o) {
  return std::make_unique<CrossEntropy>(o);
}

}  // namespace

extern const LossEntry kCrossEntropy;
const LossEntry kCrossEntropy = entry<LossEntry, CrossEntropyLossOptions, make_cross_entropy>(
    "cross_entropy", "Cross-entropy with class weights and label smoothing.");

}  // namespace myoseg
