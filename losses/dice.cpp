// Soft Dice loss (Milletari et al., V-Net, 3DV 2016; Sudre et al., DLMIA 2017).
#include "losses/dice.h"

#include <ATen/ATen.h>

#include "core/error.h"
#include "losses/loss.h"
#include "losses/region_sums.h"

namespace myoseg {

void describe(Fields& f, DiceOptions& o) {
  f("activation", o.activation, one_of({"softmax", "sigmoid"}),
    "What turns logits into probabilities; a single channel always takes the sigmoid.");
  f("include_background", o.include_background, "Whether label 0 counts as a class.");
  f("classes", o.classes, kNonNegative, "Only these labels count; empty: all.");
  f("batch", o.batch, "Sum over the batch before the ratio, instead of one ratio per sample.");
  f("squared", o.squared, "Squares in the denominator (V-Net).");
  f("jaccard", o.jaccard, "Intersection over union instead of Dice.");
  f("smooth_numerator", o.smooth_numerator, kNonNegative, "Added to the numerator.");
  f("smooth_denominator", o.smooth_denominator, kNonNegative, "Added to the denominator.");
  f("floor", o.floor, kNonNegative,
    "Least value of the denominator, and of the ratio inside `log`.");
  f("log", o.log, "-log(ratio) instead of 1 - ratio.");
  f("absent_classes", o.absent_classes, one_of({"count", "zero"}),
    "What a class without a labelled voxel adds: its ratio like any other, or nothing.");
  f("ignore_label", o.ignore_label, "Voxels with this label count nowhere.");
  f("reduction", o.reduction, one_of({"mean", "sum"}), "Over classes and samples.");
}

namespace {

std::vector<std::int64_t> counted_channels(const DiceOptions& o, std::int64_t channels) {
  std::vector<std::int64_t> counted;
  if (!o.classes.empty()) {
    for (const int c : o.classes) {
      if (c >= channels)
        throw usage_error(
            "the Dice loss counts class {}, but the network has {} outputs: change `classes`", c,
            channels);
      counted.push_back(c);
    }
    return counted;
  }
  // A single channel is the foreground.
  for (std::int64_t c = o.include_background || channels == 1 ? 0 : 1; c < channels; ++c)
    counted.push_back(c);
  return counted;
}

class Dice final : public Loss {
 public:
  explicit Dice(const DiceOptions& o) : options_(o) {}
  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    const at::Tensor terms = dice_terms(options_, logits, labels);
    const at::Tensor value = options_.reduction == "sum" ? terms.sum() : terms.mean();
    return logits.scalar_type() == at::kDouble ? value : value.to(at::kFloat);
  }

 private:
  DiceOptions options_;
};

std::unique_ptr<Loss> make_dice(const DiceOptions& o) { return std::make_unique<Dice>(o); }

}  // namespace

at::Tensor dice_terms(const DiceOptions& o, const at::Tensor& logits, const at::Tensor& labels) {
  RegionSums sums = region_sums(
      logits, labels,
      {.sigmoid = o.activation == "sigmoid", .squared = o.squared, .ignore_label = o.ignore_label});
  const at::Tensor counted = at::tensor(counted_channels(o, logits.size(1)),
                                        at::TensorOptions(at::kLong).device(logits.device()));
  for (at::Tensor* sum : {&sums.intersection, &sums.prediction, &sums.truth}) {
    *sum = sum->index_select(1, counted);
    if (o.batch) *sum = sum->sum(0);
  }
  at::Tensor denominator = sums.prediction + sums.truth;
  if (o.jaccard) denominator = 2 * (denominator - sums.intersection);
  denominator = denominator + o.smooth_denominator;
  if (o.floor > 0) denominator = denominator.clamp_min(o.floor);
  const at::Tensor ratio = (2 * sums.intersection + o.smooth_numerator) / denominator;
  at::Tensor terms = o.log ? -at::log(ratio.clamp_min(o.floor)) : 1 - ratio;
  if (o.absent_classes == "zero") terms = terms * sums.truth.gt(0);
  return terms;
}

extern const LossEntry kDice;
const LossEntry kDice = entry<LossEntry, DiceOptions, make_dice>(
    "dice", "Soft Dice or Jaccard loss: one minus the overlap of probabilities and labels.");

}  // namespace myoseg
