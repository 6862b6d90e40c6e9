#include "models/blocks/fused/pool.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "models/blocks/forward_recorder.h"
#include "models/blocks/fused/features.h"
#include "models/kernels/passes/passes.h"

namespace myoseg::fused {
namespace {

std::array<std::int64_t, 3> with_depth(at::IntArrayRef size) {
  if (size.size() == 3) return {size[0], size[1], size[2]};
  return {1, size[0], size[1]};
}

struct PoolFunction : torch::autograd::Function<PoolFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& given,
                            const std::vector<std::int64_t>& size) {
    const at::Tensor x = as_features(given);
    std::vector<std::int64_t> sizes = x.sizes().vec();
    for (std::size_t i = 0; i < size.size(); ++i) sizes[i + 2] /= size[i];
    const at::Tensor y = empty_features(sizes);
    const at::Tensor largest = at::empty({y.numel()}, at::TensorOptions(at::kByte));
    kernels::max_pool(const_features(x), with_depth(size), features(y),
                      largest.data_ptr<std::uint8_t>());
    context->saved_data["size"] = size;
    context->saved_data["input"] = x.sizes().vec();
    context->save_for_backward({largest});
    if (auto* recorder = ForwardRecorder::running()) recorder->keeps(largest);
    return y;
  }
  static std::vector<at::Tensor> backward(torch::autograd::AutogradContext* context,
                                          const std::vector<at::Tensor>& gradients) {
    const at::Tensor largest = context->get_saved_variables().front();
    const at::Tensor dy = as_features(gradients.front());
    const at::Tensor dx = empty_features(context->saved_data.at("input").toIntVector());
    kernels::max_pool_gradient(const_features(dy), largest.data_ptr<std::uint8_t>(),
                               with_depth(context->saved_data.at("size").toIntVector()),
                               features(dx));
    return {dx, at::Tensor()};
  }
};

}  // namespace

bool can_pool(const at::Tensor& x, at::IntArrayRef size) {
  for (std::size_t i = 0; i < size.size(); ++i)
    if (x.size(static_cast<std::int64_t>(i) + 2) < size[i]) return false;
  return c10::multiply_integers(size) <= 255;
}

at::Tensor max_pool(const at::Tensor& x, at::IntArrayRef size) {
  return PoolFunction::apply(x, size.vec());
}

}  // namespace myoseg::fused
