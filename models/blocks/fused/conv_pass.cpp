#include "models/blocks/fused/conv_pass.h"

#include <ATen/ATen.h>

#include "models/blocks/fused/features.h"
#include "models/kernels/passes/passes.h"

namespace myoseg::fused {
namespace {

std::array<std::int64_t, 3> with_depth(const std::vector<std::int64_t>& axes, std::int64_t depth) {
  if (axes.size() == 3) return {axes[0], axes[1], axes[2]};
  return {depth, axes[0], axes[1]};
}

kernels::ConvShape shape_of(const ConvOptions& o) {
  return {.in = o.in,
          .out = o.out,
          .kernel = with_depth(o.kernel, 1),
          .stride = with_depth(o.stride, 1),
          .padding = with_depth(o.padding, 0),
          .transposed = o.transposed};
}

// What the parts are once read, written out: for the library.
at::Tensor written_out(const std::vector<Part>& parts) {
  if (parts.size() == 1 && parts.front().scale == nullptr) return parts.front().x;
  std::vector<std::int64_t> sizes = parts.front().x.sizes().vec();
  sizes[1] = 0;
  for (const Part& part : parts) sizes[1] += part.x.size(1);
  const at::Tensor all = empty_features(sizes);
  std::int64_t channel = 0;
  for (const Part& part : parts) {
    const at::Tensor slice = all.narrow(1, channel, part.x.size(1));
    if (part.scale == nullptr)
      slice.copy_(part.x);
    else
      kernels::activate(part.input(), {}, features(slice));
    channel += part.x.size(1);
  }
  return all;
}

at::Tensor library_forward(const ConvPass& pass, const at::Tensor& x, const ForwardPass& call) {
  const ConvOptions& o = pass.options;
  const std::vector<std::int64_t> dilation(o.kernel.size(), 1);
  at::Tensor y = as_features(at::convolution(x, call.weight, call.bias, o.stride, o.padding,
                                             dilation, o.transposed, o.output_padding, o.groups));
  if (call.sums.sum != nullptr) kernels::channel_sums(const_features(y), call.sums);
  if (call.slope != 1) at::leaky_relu_(y, call.slope);
  return y;
}

// One of the two gradients.
at::Tensor library_backward(const ConvPass& pass, const at::Tensor& x, const at::Tensor& weight,
                            const at::Tensor& dy, bool data) {
  const ConvOptions& o = pass.options;
  const std::vector<std::int64_t> dilation(o.kernel.size(), 1);
  const auto gradients =
      at::convolution_backward(dy, x, weight, c10::nullopt, o.stride, o.padding, dilation,
                               o.transposed, o.output_padding, o.groups, {data, !data, false});
  return data ? std::get<0>(gradients) : std::get<1>(gradients);
}

std::vector<kernels::Input> inputs_of(const std::vector<Part>& parts) {
  std::vector<kernels::Input> inputs;
  for (const Part& part : parts) inputs.push_back(part.input());
  return inputs;
}

std::vector<at::Tensor> own_backward_data(const ConvPass& pass, const std::vector<Part>& parts,
                                          const at::Tensor& given, const at::Tensor& dy) {
  const at::Tensor weight = given.contiguous();
  const kernels::Filters filters =
      kernels::make_filters(pass.shape, *pass.method, weight.data_ptr<float>(),
                            /*backward=*/true);
  std::vector<at::Tensor> gradients;
  std::vector<kernels::Features> dx;
  for (const Part& part : parts) {
    gradients.push_back(empty_features(part.x.sizes()));
    dx.push_back(features(gradients.back()));
  }
  kernels::backward_data({.filters = &filters, .dy = const_features(dy), .dx = dx});
  return gradients;
}

}  // namespace

kernels::Input Part::input() const {
  return {const_features(x), scale, shift, sample_stride, slope};
}

ConvPass::ConvPass(const Conv& conv, const std::vector<std::int64_t>& input,
                   kernels::Kernels kernels)
    : options(conv.options()), shape(shape_of(options)), output(conv.output_size(input)) {
  method = kernels::method_for(shape, input[0], with_depth({input.begin() + 2, input.end()}, 1),
                               kernels);
}

at::Tensor forward(const ConvPass& pass, const std::vector<Part>& parts, const ForwardPass& call) {
  if (!pass.method) return library_forward(pass, written_out(parts), call);
  kernels::Filters made;
  if (call.filters == nullptr)
    made =
        kernels::make_filters(pass.shape, *pass.method, call.weight.contiguous().data_ptr<float>());
  const at::Tensor y = empty_features(pass.output);
  const std::vector<kernels::Input> inputs = inputs_of(parts);
  kernels::forward({.filters = call.filters == nullptr ? &made : call.filters,
                    .inputs = inputs,
                    .bias = call.bias.defined() ? call.bias.data_ptr<float>() : nullptr,
                    .slope = call.slope,
                    .y = features(y),
                    .sums = call.sums});
  return y;
}

std::vector<at::Tensor> backward_data(const ConvPass& pass, const std::vector<Part>& parts,
                                      const at::Tensor& weight, const at::Tensor& dy) {
  if (pass.method) return own_backward_data(pass, parts, weight, dy);
  std::vector<std::int64_t> sizes = parts.front().x.sizes().vec();
  sizes[1] = pass.options.in;
  // The library asks for the features' size alone.
  const at::Tensor like = parts.size() == 1 ? parts.front().x : empty_features(sizes);
  const at::Tensor all = as_features(library_backward(pass, like, weight, dy, /*data=*/true));
  if (parts.size() == 1) return {all};
  std::vector<at::Tensor> gradients;
  std::int64_t channel = 0;
  for (const Part& part : parts) {
    gradients.push_back(all.narrow(1, channel, part.x.size(1)));
    channel += part.x.size(1);
  }
  return gradients;
}

at::Tensor backward_weights(const ConvPass& pass, const std::vector<Part>& parts,
                            const at::Tensor& weight, const at::Tensor& dy) {
  if (!pass.method)
    return library_backward(pass, written_out(parts), weight, dy, /*data=*/false).contiguous();
  at::Tensor dweight = at::empty(weight.sizes(), at::TensorOptions(at::kFloat));
  const std::vector<kernels::Input> inputs = inputs_of(parts);
  kernels::backward_weights({.shape = pass.shape,
                             .method = *pass.method,
                             .inputs = inputs,
                             .dy = const_features(dy),
                             .dweight = dweight.data_ptr<float>()});
  return dweight;
}

}  // namespace myoseg::fused
