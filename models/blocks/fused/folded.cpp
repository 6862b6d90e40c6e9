#include "models/blocks/fused/folded.h"

#include <ATen/ATen.h>

namespace myoseg::fused {

at::Tensor run_folded(const StepCall& step, const std::vector<at::Tensor>& list,
                      const std::vector<Part>& parts) {
  ChannelNorm norm = *step.after.norm;
  norm.weight = step.after.parameters.weight < 0
                    ? at::Tensor()
                    : list[static_cast<std::size_t>(step.after.parameters.weight)];
  norm.bias = step.after.parameters.bias < 0
                  ? at::Tensor()
                  : list[static_cast<std::size_t>(step.after.parameters.bias)];
  const Affine affine = affine_of(norm, fixed_moments(norm));
  const at::Tensor scale = affine.scale.squeeze(0), shift = affine.shift.squeeze(0);
  const at::Tensor& weight = list[static_cast<std::size_t>(step.parameters.weight)];
  std::vector<std::int64_t> along(static_cast<std::size_t>(weight.dim()), 1);
  along[step.pass.options.transposed ? 1 : 0] = scale.numel();
  at::Tensor bias = shift;
  if (step.parameters.bias >= 0)
    bias = list[static_cast<std::size_t>(step.parameters.bias)] * scale + shift;
  return forward(step.pass, parts,
                 {.weight = weight * scale.view(along), .bias = bias, .slope = step.after.slope});
}

}  // namespace myoseg::fused
