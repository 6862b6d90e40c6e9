// The table of losses.
#include "losses/loss.h"

namespace myoseg {

extern const LossEntry kDice, kGeneralizedDice, kTversky, kCrossEntropy, kFocal, kLovasz, kBoundary,
    kSum;

std::span<const LossEntry* const> table(const LossEntry*) {
  static const LossEntry* const entries[] = {&kDice,  &kGeneralizedDice, &kTversky,  &kCrossEntropy,
                                             &kFocal, &kLovasz,          &kBoundary, &kSum};
  return entries;
}

}  // namespace myoseg
