// What training minimises: logits and integer labels in, a scalar out.
#pragma once

#include <memory>
#include <span>

#include "core/fields/pick.h"

namespace at {
class Tensor;
}

namespace myoseg {

class Loss {
 public:
  virtual ~Loss() = default;
  // logits (N,C,[D,]H,W) float; labels (N,[D,]H,W) int64 in 0..C-1 (C = 1: 0 or 1, sigmoid instead
  // of softmax) or kIgnoredLabel (losses/voxels/checks.h), which counts nowhere; a loss whose
  // option `ignore_label` names another value refuses it.
  [[nodiscard]] virtual at::Tensor operator()(const at::Tensor& logits,
                                              const at::Tensor& labels) const = 0;
};

using LossEntry = Entry<std::unique_ptr<Loss>()>;
std::span<const LossEntry* const> table(const LossEntry*);

}  // namespace myoseg
