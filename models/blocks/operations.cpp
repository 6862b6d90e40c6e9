#include "models/blocks/operations.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <stdexcept>

#include "core/error.h"
#include "models/blocks/forward_recorder.h"
#include "models/blocks/fused/chain.h"
#include "models/blocks/fused/pool.h"

namespace myoseg {
namespace {

void record_kept(const at::Tensor& x) {
  if (auto* recorder = ForwardRecorder::running()) recorder->keeps(x);
}

// LibTorch 1.13's gelu_backward leaves its answer unset where the gradient does not lie as x does.
struct Gelu : torch::autograd::Function<Gelu> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x) {
    context->save_for_backward({x});
    return at::gelu(x);
  }
  static std::vector<at::Tensor> backward(torch::autograd::AutogradContext* context,
                                          const std::vector<at::Tensor>& gradients) {
    const at::Tensor x = context->get_saved_variables().front();
    return {at::gelu_backward(gradients.front().contiguous(), x)};
  }
};

// LibTorch has a fast gelu for numbers that lie in their dimensions' order, as those of a
// channels-last image do once its channels are the last dimension.
at::Tensor exact_gelu(const at::Tensor& x) {
  const auto gelu = [](const at::Tensor& in_order) { return Gelu::apply(in_order.contiguous()); };
  if (x.dim() != 4 || x.is_contiguous()) return gelu(x);
  return gelu(x.permute({0, 2, 3, 1})).permute({0, 3, 1, 2});
}

}  // namespace

std::vector<std::int64_t> per_axis(at::IntArrayRef sizes, std::int64_t axes) {
  if (sizes.size() == 1) return std::vector<std::int64_t>(static_cast<std::size_t>(axes), sizes[0]);
  if (static_cast<std::int64_t>(sizes.size()) != axes)
    throw std::invalid_argument("one number or one for each axis is needed");
  return sizes.vec();
}

at::Tensor activate(at::Tensor x, Activation kind, double slope) {
  switch (kind) {
    case Activation::none:
      return x;
    case Activation::relu:
      at::relu_(x);
      break;
    case Activation::leaky_relu:
      at::leaky_relu_(x, slope);
      break;
    case Activation::sigmoid:
      at::sigmoid_(x);
      break;
    case Activation::gelu:
      record_kept(x);
      return exact_gelu(x);
    case Activation::prelu:
      throw std::invalid_argument("prelu is a layer");
  }
  record_kept(x);
  return x;
}

at::Tensor max_pool(const at::Tensor& x, at::IntArrayRef size) {
  const std::int64_t dims = x.dim() - 2;
  if (fused::applies({x}) && fused::can_pool(x, per_axis(size, dims)))
    return fused::max_pool(x, per_axis(size, dims));
  // LibTorch 1.13 pools volumes on a processor in no half precision; every number of it is one of
  // float32 too, so that the detour changes none.
  if (dims == 3 && x.is_cpu() && x.scalar_type() != at::kFloat && x.scalar_type() != at::kDouble)
    return max_pool(x.to(at::kFloat), size).to(x.scalar_type());
  const std::vector<std::int64_t> window = per_axis(size, dims), padding = per_axis(0, dims),
                                  dilation = per_axis(1, dims);
  auto [y, indices] = dims == 3 ? at::max_pool3d_with_indices(x, window, window, padding, dilation)
                                : at::max_pool2d_with_indices(x, window, window, padding, dilation);
  record_kept(x);
  record_kept(indices);
  return y;
}

at::Tensor upsample_linear(const at::Tensor& x, at::IntArrayRef factor) {
  std::vector<std::int64_t> size = per_axis(factor, x.dim() - 2);
  for (std::size_t i = 0; i < size.size(); ++i) size[i] *= x.size(static_cast<std::int64_t>(i) + 2);
  return x.dim() == 5 ? at::upsample_trilinear3d(x, size, /*align_corners=*/false)
                      : at::upsample_bilinear2d(x, size, /*align_corners=*/false);
}

at::Tensor concat_channels(const at::Tensor& a, const at::Tensor& b) { return at::cat({a, b}, 1); }

at::Tensor max_pool_of_stem(const at::Tensor& x) {
  auto [y, indices] = at::max_pool2d_with_indices(x, {3, 3}, {2, 2}, {1, 1}, {1, 1});
  record_kept(x);
  record_kept(indices);
  return y;
}

at::Tensor average_pool(const at::Tensor& x, std::int64_t size) {
  record_kept(x);
  return at::avg_pool2d(x, {size, size}, {size, size});
}

at::Tensor upsample_nearest(const at::Tensor& x, std::int64_t factor) {
  return at::upsample_nearest2d(x, {x.size(2) * factor, x.size(3) * factor});
}

at::Tensor upsample_aligned(const at::Tensor& x, std::int64_t factor) {
  std::vector<std::int64_t> size = x.sizes().slice(2).vec();
  for (auto& s : size) s *= factor;
  return x.dim() == 5 ? at::upsample_trilinear3d(x, size, /*align_corners=*/true)
                      : at::upsample_bilinear2d(x, size, /*align_corners=*/true);
}

at::Tensor concat_channels(const std::vector<at::Tensor>& parts) { return at::cat(parts, 1); }

at::Tensor joined_channels(const std::vector<at::Tensor>& parts) {
  return parts.size() == 1 ? parts.front() : concat_channels(parts);
}

at::Tensor scale(const at::Tensor& x, const at::Tensor& factors) {
  record_kept(x);
  record_kept(factors);
  return x * factors;
}

at::Tensor matrix_product(const at::Tensor& a, const at::Tensor& b) {
  record_kept(a);
  record_kept(b);
  return at::matmul(a, b);
}

at::Tensor softmax_over(const at::Tensor& x, std::int64_t dim) {
  at::Tensor y = at::softmax(x, dim);
  record_kept(y);
  return y;
}

at::Tensor pad_to_multiple(const at::Tensor& x, at::IntArrayRef multiple, Padding padding) {
  const std::vector<std::int64_t> multiples = per_axis(multiple, x.dim() - 2);
  std::vector<std::int64_t> before_after;  // of the last dimension first
  bool needed = false;
  for (std::int64_t d = x.dim() - 1; d >= 2; --d) {
    const std::int64_t m = multiples[static_cast<std::size_t>(d - 2)];
    const std::int64_t missing = (m - x.size(d) % m) % m;
    before_after.insert(before_after.end(), {0, missing});
    needed = needed || missing > 0;
  }
  if (!needed) return x;
  return padding == Padding::zero ? at::constant_pad_nd(x, before_after, 0)
                                  : at::pad(x, before_after, "replicate");
}

at::Tensor crop_to(const at::Tensor& x, const at::Tensor& like) {
  at::Tensor y = x;
  for (std::int64_t d = 2; d < x.dim(); ++d)
    if (y.size(d) != like.size(d)) y = y.narrow(d, 0, like.size(d));
  return y;
}

void check_input(const at::Tensor& x, int dims, std::int64_t channels) {
  if (x.dim() == dims + 2 && x.size(1) == channels && x.numel() > 0) return;
  std::string found;
  for (const std::int64_t size : x.sizes()) {
    if (!found.empty()) found += ',';
    found += std::to_string(size);
  }
  throw usage_error(
      "the network takes images [N,{},{}H,W], but was given [{}]: change the model's `dims` or the "
      "data's channels",
      channels, dims == 3 ? "D," : "", found);
}

}  // namespace myoseg
