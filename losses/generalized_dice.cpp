// Generalised Dice loss (Sudre et al., DLMIA 2017) as MONAI has it: one ratio of sums over classes,
// each class weighted by its size.
#include <ATen/ATen.h>

#include "losses/overlap.h"

namespace myoseg {
namespace {

enum class Weighting { square, simple, uniform };
constexpr auto choice_names(Weighting) {
  return std::to_array<std::string_view>({"square", "simple", "uniform"});
}
enum class RatioOf { all_classes, each_class };
constexpr auto choice_names(RatioOf) {
  return std::to_array<std::string_view>({"all_classes", "each_class"});
}

struct GeneralizedDiceOptions {
  OverlapActivation activation = OverlapActivation::softmax;
  bool include_background = true;
  bool batch = false;
  Weighting weighting = Weighting::square;
  RatioOf ratio_of = RatioOf::all_classes;
  double smooth_numerator = 1e-5;
  double smooth_denominator = 1e-5;
  std::optional<std::int64_t> ignore_label;
  Reduction reduction = Reduction::mean;
};

void describe(Fields& f, GeneralizedDiceOptions& o) {
  f("activation", o.activation,
    "What turns logits into probabilities; a single channel always takes the sigmoid.");
  f("include_background", o.include_background, "Whether label 0 counts as a class.");
  f("batch", o.batch, "Sum over the batch before the ratio, instead of one ratio per sample.");
  f("weighting", o.weighting,
    "Weight of a class: 1/voxels^2, 1/voxels or 1. An absent class takes the largest of the "
    "others.");
  f("ratio_of", o.ratio_of,
    "One ratio of sums over the classes, as in the paper; or the mean of each class's, as MONAI "
    "before 1.3 has it: the weights then only scale the smoothing.");
  f("smooth_numerator", o.smooth_numerator, kNonNegative, "Added to the numerator.");
  f("smooth_denominator", o.smooth_denominator, kNonNegative, "Added to the denominator.");
  f("ignore_label", o.ignore_label, "Voxels with this label count nowhere.");
  f("reduction", o.reduction, "Over samples.");
}

OverlapOptions overlap_options(const GeneralizedDiceOptions& o) {
  return {.activation = o.activation,
          .include_background = o.include_background,
          .batch = o.batch,
          .smooth_numerator = o.smooth_numerator,
          .smooth_denominator = o.smooth_denominator,
          .floor = 0,
          .ignore_label = o.ignore_label,
          .reduction = o.reduction};
}

class GeneralizedDice final : public OverlapLoss {
 public:
  explicit GeneralizedDice(const GeneralizedDiceOptions& o)
      : OverlapLoss(overlap_options(o)),
        weighting_(o.weighting),
        of_all_(o.ratio_of == RatioOf::all_classes) {}

 protected:
  [[nodiscard]] Ratio ratio(const VoxelSums& s) const override {
    const at::Tensor weight = weights(s.truth);
    const at::Tensor numerator = 2 * s.intersection * weight;
    const at::Tensor denominator = (s.prediction + s.truth) * weight;
    if (!of_all_) return {numerator, denominator};
    return {numerator.sum(-1, true), denominator.sum(-1, true)};
  }

 private:
  [[nodiscard]] at::Tensor weights(const at::Tensor& truth) const {
    if (weighting_ == Weighting::uniform) return at::ones_like(truth);
    // Rounded as MONAI rounds them, so that its values are met.
    const at::Tensor voxels = truth.to(at::kFloat);
    const at::Tensor all =
        (weighting_ == Weighting::square ? voxels * voxels : voxels).reciprocal();
    const at::Tensor absent = truth.eq(0);
    const at::Tensor present = all.masked_fill(absent, 0);
    return at::where(absent, present.amax(-1, true), present).to(truth.scalar_type());
  }

  Weighting weighting_;
  bool of_all_;
};

std::unique_ptr<Loss> make_generalized_dice(const GeneralizedDiceOptions& o) {
  return std::make_unique<GeneralizedDice>(o);
}

}  // namespace

extern const LossEntry kGeneralizedDice;
const LossEntry kGeneralizedDice = entry<LossEntry, GeneralizedDiceOptions, make_generalized_dice>(
    "generalized_dice", "Dice of all classes together, small classes weighing more.");

}  // namespace myoseg
