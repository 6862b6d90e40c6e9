// Soft Dice loss (Milletari et al., V-Net, 3DV 2016; Sudre et al., DLMIA 2017), in the forms of
// MONAI and segmentation-models-pytorch.
#include <ATen/ATen.h>

#include "losses/overlap.h"

namespace myoseg {
namespace {

struct DiceOptions : OverlapOptions {
  bool squared = false;
  bool jaccard = false;
};

void describe(Fields& f, DiceOptions& o) {
  describe(f, static_cast<OverlapOptions&>(o));
  f("squared", o.squared, "Squares in the denominator (V-Net).");
  f("jaccard", o.jaccard, "Intersection over union instead of Dice.");
}

class Dice final : public OverlapLoss {
 public:
  explicit Dice(const DiceOptions& o) : OverlapLoss(o), squared_(o.squared), jaccard_(o.jaccard) {}

  [[nodiscard]] SumsWanted wanted() const override {
    SumsWanted sums = OverlapLoss::wanted();
    sums.regions->squared = squared_;
    return sums;
  }

 protected:
  [[nodiscard]] Ratio ratio(const VoxelSums& s) const override {
    const at::Tensor both = s.prediction + s.truth;
    return {2 * s.intersection, jaccard_ ? 2 * (both - s.intersection) : both};
  }

 private:
  bool squared_, jaccard_;
};

std::unique_ptr<Loss> make_dice(const DiceOptions& o) { return std::make_unique<Dice>(o); }

}  // namespace

extern const LossEntry kDice;
const LossEntry kDice = entry<LossEntry, DiceOptions, make_dice>(
    "dice", "Soft Dice or Jaccard loss: one minus the overlap of probabilities and labels.");

}  // namespace myoseg
