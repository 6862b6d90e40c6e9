#include "models/blocks/fused/folded.h"

#include <ATen/ATen.h>

namespace myoseg::fused {
namespace {

// The weights times the norm's scales, by output channel, and the bias that this makes.
void fold(const ChannelNorm& norm, bool transposed, KeptFilters& kept) {
  const Affine affine = affine_of(norm, fixed_moments(norm));
  const at::Tensor scale = affine.scale.squeeze(0), shift = affine.shift.squeeze(0);
  std::vector<std::int64_t> along(static_cast<std::size_t>(kept.weight.dim()), 1);
  along[transposed ? 1 : 0] = scale.numel();
  kept.weight = kept.weight * scale.view(along);
  kept.bias = kept.bias.defined() ? kept.bias * scale + shift : shift;
}

}  // namespace

std::shared_ptr<const KeptFilters> prediction_filters(const StepCall& step,
                                                      const std::vector<at::Tensor>& list) {
  const auto made = std::make_shared<KeptFilters>();
  made->instructions = kernels::instruction_set();
  made->weight = in_list(list, step.parameters.weight);
  made->bias = in_list(list, step.parameters.bias);
  std::vector<at::Tensor> tensors{made->weight, made->bias};
  const bool folds = step.after.norm && step.after.norm->fixed;
  ChannelNorm norm;
  if (folds) {
    norm = with_parameters(step.after, list);
    tensors.insert(tensors.end(), {norm.weight, norm.bias, norm.running_mean, norm.running_var});
  }
  for (const at::Tensor& t : tensors)
    if (t.defined())
      made->made_of.emplace_back(t.data_ptr(), static_cast<std::int64_t>(t._version()));
  const auto& method = step.pass.method;
  std::shared_ptr<KeptFilters>& kept = step.conv->kept_filters();
  const bool keeps = method && !step.conv->is_training();
  if (keeps && kept && kept->made_of == made->made_of && kept->filters.method == *method &&
      kept->instructions == made->instructions)
    return kept;
  if (folds) fold(norm, step.pass.options.transposed, *made);
  if (method)
    made->filters = kernels::make_filters(step.pass.shape, *method,
                                          made->weight.contiguous().data_ptr<float>());
  kept = keeps ? made : nullptr;
  return made;
}

}  // namespace myoseg::fused
