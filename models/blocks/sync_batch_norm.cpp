#include "models/blocks/sync_batch_norm.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "models/runtime/communicator.h"

namespace myoseg {
namespace {

using Tensors = torch::autograd::variable_list;

// All dimensions but the channels'.
std::vector<std::int64_t> reduced(const at::Tensor& x) {
  std::vector<std::int64_t> dims{0};
  for (std::int64_t d = 2; d < x.dim(); ++d) dims.push_back(d);
  return dims;
}

// Of channels, as wide as x.
at::Tensor wide(const at::Tensor& channels, const at::Tensor& x) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape[1] = x.size(1);
  return channels.view(shape);
}

class Function final : public torch::autograd::Function<Function> {
 public:
  // Normalised x (N,C,...), mean and variance (C) of all processes.
  static Tensors forward(torch::autograd::AutogradContext* context, const at::Tensor& input,
                         double eps) {
    Communicator& world = Communicator::world();
    const at::Tensor x = input.to(at::kFloat);
    const double count = static_cast<double>(x.numel() / x.size(1) * world.size());
    // The sum first: squares of differences lose less than differences of squares.
    const at::Tensor mean = x.sum(reduced(x));
    world.sum(mean);
    mean.div_(count);
    const at::Tensor centred = x - wide(mean, x);
    const at::Tensor variance = centred.square().sum(reduced(x));
    world.sum(variance);
    variance.div_(count);
    const at::Tensor scale = (variance + eps).rsqrt();
    const at::Tensor normalised = centred.mul_(wide(scale, x));
    context->save_for_backward({normalised, scale});
    context->saved_data["count"] = count;
    context->saved_data["type"] = static_cast<std::int64_t>(input.scalar_type());
    context->mark_non_differentiable({mean, variance});
    return {normalised, mean, variance};
  }

  static Tensors backward(torch::autograd::AutogradContext* context, Tensors gradients) {
    Communicator& world = Communicator::world();
    const Tensors saved = context->get_saved_variables();
    const at::Tensor &normalised = saved[0], &scale = saved[1];
    const at::Tensor gradient = gradients[0].to(at::kFloat);
    const double count = context->saved_data["count"].toDouble();
    const at::Tensor sums = at::stack(
        {gradient.sum(reduced(gradient)), (gradient * normalised).sum(reduced(gradient))});
    world.sum(sums);
    sums.div_(count);
    const at::Tensor of_input =
        (gradient - wide(sums[0], gradient) - normalised * wide(sums[1], gradient))
            .mul_(wide(scale, gradient));
    const auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    return {of_input.to(type), at::Tensor()};
  }
};

}  // namespace

at::Tensor sync_batch_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                           const at::Tensor& running_mean, const at::Tensor& running_var,
                           double momentum, double eps) {
  const Tensors results = Function::apply(x, eps);
  {
    const at::NoGradGuard no_gradient;
    const double count = static_cast<double>(x.numel() / x.size(1) * Communicator::world().size());
    running_mean.lerp_(results[1], momentum);
    running_var.lerp_(results[2] * (count / (count - 1)), momentum);
  }
  return (results[0] * wide(weight, x) + wide(bias, x)).to(x.scalar_type());
}

}  // namespace myoseg
