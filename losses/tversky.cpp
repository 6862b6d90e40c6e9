// Tversky loss (Salehi et al., MLMI 2017) and focal Tversky loss (Abraham & Khan, ISBI 2019), in
// the forms of MONAI and segmentation-models-pytorch.
#include <ATen/ATen.h>

#include "losses/overlap.h"

namespace myoseg {
namespace {

enum class GammaOf { classes, mean };
constexpr auto choice_names(GammaOf) {
  return std::to_array<std::string_view>({"classes", "mean"});
}

struct TverskyOptions : OverlapOptions {
  double alpha = 0.5;
  double beta = 0.5;
  double gamma = 1;
  GammaOf gamma_of = GammaOf::classes;
};

void describe(Fields& f, TverskyOptions& o) {
  describe(f, static_cast<OverlapOptions&>(o));
  f("alpha", o.alpha, kNonNegative, "Weight of false positives; 0.5 and 0.5 make Dice.");
  f("beta", o.beta, kNonNegative, "Weight of false negatives; more than `alpha` favours recall.");
  f("gamma", o.gamma, kPositive,
    "Power of the loss; focal Tversky: above 1 small losses weigh less, below 1 (0.75 in the "
    "paper) more.");
  f("gamma_of", o.gamma_of, "Whether the power is taken of each class's loss or of their mean.");
}

class Tversky final : public OverlapLoss {
 public:
  explicit Tversky(const TverskyOptions& o)
      : OverlapLoss(o),
        alpha_(o.alpha),
        beta_(o.beta),
        gamma_(o.gamma),
        of_classes_(o.gamma_of == GammaOf::classes) {}

 protected:
  [[nodiscard]] Ratio ratio(const VoxelSums& s) const override {
    return {s.intersection, s.intersection + alpha_ * (s.prediction - s.intersection) +
                                beta_ * (s.truth - s.intersection)};
  }
  [[nodiscard]] at::Tensor reduce(const at::Tensor& terms) const override {
    if (gamma_ == 1) return OverlapLoss::reduce(terms);
    // A power below 1 has no finite slope at 0, and none below it.
    constexpr double kLeast = 1e-12;
    if (of_classes_) return OverlapLoss::reduce(terms.clamp_min(kLeast).pow(gamma_));
    return OverlapLoss::reduce(terms).clamp_min(kLeast).pow(gamma_);
  }

 private:
  double alpha_, beta_, gamma_;
  bool of_classes_;
};

std::unique_ptr<Loss> make_tversky(const TverskyOptions& o) { return std::make_unique<Tversky>(o); }

}  // namespace

extern const LossEntry kTversky;
const LossEntry kTversky = entry<LossEntry, TverskyOptions, make_tversky>(
    "tversky", "Tversky or focal Tversky loss: Dice with a weight on each kind of error.");

}  // namespace myoseg
