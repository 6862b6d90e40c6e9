// Focal loss (Lin et al., ICCV 2017), in the forms of MONAI and segmentation-models-pytorch.
#include <ATen/ATen.h>

#include <algorithm>

#include "core/error.h"
#include "losses/loss.h"
#include "losses/voxels/checks.h"
#include "losses/voxels/focal_sums.h"
#include "losses/voxels/sums.h"

namespace myoseg {
namespace {

enum class FocalForm { sigmoid, softmax };
constexpr auto choice_names(FocalForm) {
  return std::to_array<std::string_view>({"sigmoid", "softmax"});
}
enum class FocalNormalized { no, class_, all };
constexpr auto choice_names(FocalNormalized) {
  return std::to_array<std::string_view>({"no", "class", "all"});
}
enum class FocalReduction { mean, class_sum, sum };
constexpr auto choice_names(FocalReduction) {
  return std::to_array<std::string_view>({"mean", "class_sum", "sum"});
}

struct FocalOptions {
  FocalForm activation = FocalForm::sigmoid;
  double gamma = 2;
  std::optional<double> alpha;
  std::vector<double> weights;
  bool include_background = true;
  FocalNormalized normalized = FocalNormalized::no;
  std::optional<double> reduced_threshold;
  std::optional<std::int64_t> ignore_label;
  FocalReduction reduction = FocalReduction::mean;
};

void describe(Fields& f, FocalOptions& o) {
  f("activation", o.activation,
    "Each class by itself against the rest, or the probability of the label among all.");
  f("gamma", o.gamma, kNonNegative, "How much voxels that are right are held back; 0: not at all.");
  f("alpha", o.alpha, kFraction,
    "Weight of a class's voxels, the rest weighing 1 - alpha; with softmax the weight of every "
    "class but the background.");
  f("weights", o.weights, kNonNegative, "One per label, background first; empty: all 1.");
  f("include_background", o.include_background,
    "Whether label 0 counts as a class; otherwise its output takes no part, in a softmax either.");
  f("normalized", o.normalized, "Divide by the sum of (1-p)^gamma, of each class or of all.");
  f("reduced_threshold", o.reduced_threshold, Limits{.low = 0, .high = 1, .low_open = true},
    "Voxels with p below it weigh 1, others ((1-p)/threshold)^gamma.");
  f("ignore_label", o.ignore_label, "Voxels with this label count nowhere.");
  f("reduction", o.reduction,
    "Mean over voxels and classes; mean over voxels, summed over classes; sum of all. A softmax "
    "has one loss a voxel, so that the first two are one.");
  f.require(o.activation == FocalForm::sigmoid ||
                (o.normalized == FocalNormalized::no && !o.reduced_threshold),
            "normalized and reduced_threshold are of the sigmoid form: set activation=sigmoid");
}

class Focal final : public Loss {
 public:
  explicit Focal(const FocalOptions& o) : options_(o) {}

  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    const at::Tensor z = checked_logits(logits, labels);
    const at::Tensor value =
        options_.activation == FocalForm::sigmoid ? of_classes(z, labels) : of_label(z, labels);
    const std::int64_t ignored = options_.ignore_label.value_or(kIgnoredLabel);
    return as_loss_of(or_nan(value, labels, z.size(1), ignored), logits);
  }

 private:
  [[nodiscard]] at::Tensor of_classes(const at::Tensor& z, const at::Tensor& labels) const {
    const std::int64_t channels = z.size(1),
                       ignored = options_.ignore_label.value_or(kIgnoredLabel);
    const at::Tensor counted = counted_voxels(labels, channels, ignored);
    FocalSums sums = focal_sums(z, labels,
                                {.gamma = options_.gamma,
                                 .alpha = options_.alpha,
                                 .threshold = options_.reduced_threshold,
                                 .ignored = ignored});
    // A single channel is the class 1; the background has no channel of its own.
    std::vector<double> weights = class_weights(options_.weights, channels);
    if (channels == 1) weights.erase(weights.begin());
    at::Tensor loss = sums.loss.sum(0) * numbers_like(weights, sums.loss);
    at::Tensor focus = sums.focus.sum(0);
    if (!options_.include_background && channels > 1) {
      loss = loss.slice(0, 1);
      focus = focus.slice(0, 1);
    }
    constexpr double kLeastFocus = 1e-6;
    if (options_.normalized == FocalNormalized::class_) loss = loss / focus.clamp_min(kLeastFocus);
    if (options_.normalized == FocalNormalized::all)
      loss = loss / focus.sum().clamp_min(kLeastFocus);
    if (options_.reduction == FocalReduction::sum) return loss.sum();
    const at::Tensor voxels = counted.sum().clamp_min(1);
    return (options_.reduction == FocalReduction::mean ? loss.mean() : loss.sum()) / voxels;
  }

  [[nodiscard]] at::Tensor of_label(const at::Tensor& z, const at::Tensor& labels) const {
    const std::int64_t channels = z.size(1);
    std::vector<double> weights = class_weights(options_.weights, channels);
    if (options_.alpha)
      for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i] *= i == 0 ? 1 - *options_.alpha : *options_.alpha;
    const SumsWanted wanted{
        .cross_entropy = CrossEntropyOptions{.weights = weights, .gamma = options_.gamma},
        .ignore_label = options_.ignore_label};
    if (options_.include_background || channels == 1) return reduced(voxel_sums(z, labels, wanted));
    return without_background(z, labels, wanted);
  }

  // The softmax of the other channels; voxels of the background count, with a loss of 0.
  [[nodiscard]] at::Tensor without_background(const at::Tensor& z, const at::Tensor& labels,
                                              SumsWanted wanted) const {
    if (z.size(1) == 2)
      throw usage_error(
          "focal: a softmax of two classes without the background is always 1; set "
          "include_background=true or activation=sigmoid");
    const at::Tensor counted =
        counted_voxels(labels, z.size(1), options_.ignore_label.value_or(kIgnoredLabel));
    std::vector<double>& weights = wanted.cross_entropy->weights;
    weights.erase(weights.begin());
    wanted.ignore_label = -1;
    const at::Tensor others = (labels - 1).masked_fill(counted.logical_not(), -1);
    VoxelSums sums = voxel_sums(z.slice(1, 1), others, wanted);
    sums.count = counted.sum();
    return reduced(sums);
  }

  [[nodiscard]] at::Tensor reduced(const VoxelSums& sums) const {
    return options_.reduction == FocalReduction::sum ? sums.cross_entropy
                                                     : sums.cross_entropy / sums.count.clamp_min(1);
  }

  FocalOptions options_;
};

std::unique_ptr<Loss> make_focal(const FocalOptions& o) { return std::make_unique<Focal>(o); }

}  // namespace

extern const LossEntry kFocal;
const LossEntry kFocal = entry<LossEntry, FocalOptions, make_focal>(
    "focal", "Cross-entropy that holds back the voxels that are right already.");

}  // namespace myoseg
