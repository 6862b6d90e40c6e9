// A loss that is a formula of sums over voxels. A sum of such losses takes their sums in one pass.
#pragma once

#include "losses/loss.h"
#include "losses/voxels/checks.h"
#include "losses/voxels/sums.h"

namespace myoseg {

class SumsLoss : public Loss {
 public:
  [[nodiscard]] virtual SumsWanted wanted() const = 0;
  // The loss, a float64 scalar. `sums` may hold more than was wanted.
  [[nodiscard]] virtual at::Tensor of_sums(const VoxelSums& sums) const = 0;

  [[nodiscard]] at::Tensor operator()(const at::Tensor& logits,
                                      const at::Tensor& labels) const final {
    return as_loss_of(of_sums(voxel_sums(logits, labels, wanted())), logits);
  }
};

}  // namespace myoseg
