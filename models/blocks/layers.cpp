#include "models/blocks/layers.h"

#include <ATen/ATen.h>

#include <cmath>
#include <mutex>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "models/blocks/forward_recorder.h"
#include "models/blocks/fused/chain.h"
#include "models/blocks/operations.h"
#include "models/blocks/sync_batch_norm.h"
#include "models/runtime/communicator.h"

namespace myoseg {
namespace {

std::int64_t product(at::IntArrayRef list) {
  return std::accumulate(list.begin(), list.end(), std::int64_t{1}, std::multiplies<>());
}

template <class Draw>
void fill_with(const at::Tensor& parameter, Draw draw) {
  const at::Tensor values = at::empty(parameter.sizes(), at::kFloat);
  float* v = values.data_ptr<float>();
  for (std::int64_t i = 0; i < values.numel(); ++i) v[i] = static_cast<float>(draw());
  at::NoGradGuard no_grad;
  parameter.copy_(values);
}

void fill(const at::Tensor& parameter, double value) {
  at::NoGradGuard no_grad;
  parameter.fill_(value);
}

void record_kept(const at::Tensor& x) {
  if (auto* recorder = ForwardRecorder::running()) recorder->keeps(x);
}

// Of dropout: 0, or what scales up the rest.
at::Tensor mask(const at::Tensor& x, double probability, Random& random) {
  const at::Tensor mask = at::empty(x.sizes(), at::kFloat);
  const auto scale = static_cast<float>(1 / (1 - probability));
  float* m = mask.data_ptr<float>();
  for (std::int64_t i = 0; i < mask.numel(); ++i) m[i] = random.chance(probability) ? 0 : scale;
  return mask.to(x.options());
}

// By a GPU's own generator: a mask from here would have to be copied, and waited for.
at::Tensor mask_there(const at::Tensor& x, double probability, Random& random) {
  at::Generator generator = at::globalContext().defaultGenerator(x.device());
  {
    const std::lock_guard lock(generator.mutex());
    generator.set_current_seed(random.bits());
  }
  const double kept = 1 - probability;
  return at::empty(x.sizes(), x.options().requires_grad(false))
      .bernoulli_(kept, generator)
      .div_(kept);
}

}  // namespace

void fill_uniform(const at::Tensor& parameter, double bound, std::uint64_t seed,
                  const std::string& name) {
  Random random(seed, "weights " + name);
  fill_with(parameter, [&] { return random.uniform(-bound, bound); });
}

void fill_normal(const at::Tensor& parameter, double sd, std::uint64_t seed,
                 const std::string& name) {
  Random random(seed, "weights " + name);
  fill_with(parameter, [&] { return random.normal(0, sd); });
}

at::Tensor Layer::operator()(const at::Tensor& x) {
  at::Tensor y = forward(x);
  if (auto* recorder = ForwardRecorder::running()) {
    recorder->keeps(x);
    note(*recorder, x.sizes(), y.sizes());
  }
  return y;
}

void Layer::note(ForwardRecorder& recorder, at::IntArrayRef input, at::IntArrayRef output) const {
  recorder.ran({this, type(), output.vec(), multiply_adds(input, output)});
}

std::int64_t Layer::multiply_adds(at::IntArrayRef, at::IntArrayRef) const { return 0; }

Conv::Conv(ConvOptions options) : options_(std::move(options)) {
  auto& o = options_;
  o.kernel = per_axis(o.kernel, o.dims);
  o.stride = per_axis(o.stride, o.dims);
  o.padding = per_axis(o.padding, o.dims);
  o.output_padding = per_axis(o.output_padding, o.dims);
  std::vector<std::int64_t> shape = o.transposed
                                        ? std::vector<std::int64_t>{o.in, o.out / o.groups}
                                        : std::vector<std::int64_t>{o.out, o.in / o.groups};
  shape.insert(shape.end(), o.kernel.begin(), o.kernel.end());
  weight_ = register_parameter("weight", at::zeros(shape));
  if (o.bias) bias_ = register_parameter("bias", at::zeros({o.out}));
}

// Kaiming-uniform with a = sqrt(5), which is what PyTorch does: both bounds come to 1/sqrt(fan_in).
void Conv::initialise(std::uint64_t seed, const std::string& path) {
  const double fan_in = static_cast<double>(product(weight_.sizes().slice(1)));
  fill_uniform(weight_, 1 / std::sqrt(fan_in), seed, path + ".weight");
  if (bias_.defined()) fill_uniform(bias_, 1 / std::sqrt(fan_in), seed, path + ".bias");
}

std::string Conv::type() const {
  return (options_.transposed ? "ConvTranspose" : "Conv") + std::to_string(options_.dims) + "d";
}

at::Tensor Conv::forward(const at::Tensor& x) {
  if (fused::applies({x}) && fused::applies(*this)) return fused::run({.steps = {{this}}}, {x});
  const auto& o = options_;
  const std::vector<std::int64_t> dilation(o.dims, 1);
  return at::convolution(x, weight_, bias_, o.stride, o.padding, dilation, o.transposed,
                         o.output_padding, o.groups);
}

std::vector<std::int64_t> Conv::output_size(at::IntArrayRef input) const {
  const auto& o = options_;
  std::vector<std::int64_t> size{input[0], o.out};
  for (std::size_t i = 0; i < o.kernel.size(); ++i) {
    const std::int64_t in = input[i + 2], k = o.kernel[i], s = o.stride[i], p = o.padding[i];
    size.push_back(o.transposed ? (in - 1) * s - 2 * p + k + o.output_padding[i]
                                : (in + 2 * p - k) / s + 1);
  }
  return size;
}

std::int64_t Conv::multiply_adds(at::IntArrayRef input, at::IntArrayRef output) const {
  return product(options_.transposed ? input : output) * product(weight_.sizes().slice(1));
}

BatchNorm::BatchNorm(int dims, std::int64_t channels, double eps, double momentum)
    : dims_(dims), eps_(eps), momentum_(momentum) {
  weight_ = register_parameter("weight", at::zeros({channels}));
  bias_ = register_parameter("bias", at::zeros({channels}));
  running_mean_ = register_buffer("running_mean", at::zeros({channels}));
  running_var_ = register_buffer("running_var", at::zeros({channels}));
  num_batches_tracked_ = register_buffer("num_batches_tracked", at::zeros({}, at::kLong));
}

void BatchNorm::initialise(std::uint64_t, const std::string&) {
  fill(weight_, 1);
  fill(bias_, 0);
  fill(running_mean_, 0);
  fill(running_var_, 1);
  fill(num_batches_tracked_, 0);
}

std::string BatchNorm::type() const { return "BatchNorm" + std::to_string(dims_) + "d"; }

ChannelNorm BatchNorm::channel_norm() const {
  return {.weight = weight_,
          .bias = bias_,
          .running_mean = running_mean_,
          .running_var = running_var_,
          .batches = num_batches_tracked_,
          .fixed = !is_training(),
          .eps = eps_,
          .momentum = momentum_};
}

at::Tensor BatchNorm::forward(const at::Tensor& x) {
  if (is_training()) num_batches_tracked_.add_(1);
  if (is_training() && Communicator::world().shares_norms())
    return sync_batch_norm(x, weight_, bias_, running_mean_, running_var_, momentum_, eps_);
  return at::batch_norm(x, weight_, bias_, running_mean_, running_var_, is_training(), momentum_,
                        eps_, /*cudnn_enabled=*/true);
}

InstanceNorm::InstanceNorm(int dims, std::int64_t channels, bool affine, double eps)
    : dims_(dims), eps_(eps) {
  if (!affine) return;
  weight_ = register_parameter("weight", at::zeros({channels}));
  bias_ = register_parameter("bias", at::zeros({channels}));
}

void InstanceNorm::initialise(std::uint64_t, const std::string&) {
  if (!weight_.defined()) return;
  fill(weight_, 1);
  fill(bias_, 0);
}

std::string InstanceNorm::type() const { return "InstanceNorm" + std::to_string(dims_) + "d"; }

ChannelNorm InstanceNorm::channel_norm() const {
  return {.weight = weight_, .bias = bias_, .of_sample = true, .eps = eps_};
}

at::Tensor InstanceNorm::forward(const at::Tensor& x) {
  return at::instance_norm(x, weight_, bias_, {}, {}, /*use_input_stats=*/true, /*momentum=*/0.1,
                           eps_, /*cudnn_enabled=*/true);
}

GroupNorm::GroupNorm(std::int64_t groups, std::int64_t channels, double eps)
    : groups_(groups), eps_(eps) {
  if (channels % groups != 0)
    throw usage_error(
        "{} channels cannot be divided into {} groups: change the model's norm_groups or channels",
        channels, groups);
  weight_ = register_parameter("weight", at::zeros({channels}));
  bias_ = register_parameter("bias", at::zeros({channels}));
}

void GroupNorm::initialise(std::uint64_t, const std::string&) {
  fill(weight_, 1);
  fill(bias_, 0);
}

at::Tensor GroupNorm::forward(const at::Tensor& x) {
  return at::group_norm(x, groups_, weight_, bias_, eps_, /*cudnn_enabled=*/true);
}

PRelu::PRelu() { weight_ = register_parameter("weight", at::zeros({1})); }

void PRelu::initialise(std::uint64_t, const std::string&) { fill(weight_, 0.25); }

// LibTorch 1.13 computes it of numbers in their dimensions' order alone, and copies others.
at::Tensor PRelu::forward(const at::Tensor& x) {
  const at::Tensor places_first = x.movedim(1, -1);
  if (!places_first.is_contiguous()) return at::prelu(x, weight_);
  return at::prelu(places_first, weight_).movedim(-1, 1);
}

void Dropout::key(std::uint64_t seed, const std::string& path, std::int64_t step) {
  path_ = path;
  next_ = {seed, step, 0};
}

at::Tensor Dropout::operator()(const at::Tensor& x) {
  if (!is_training() || probability_ == 0) return x;
  Random random(next_.seed, "dropout " + path_,
                {static_cast<std::uint64_t>(next_.step), static_cast<std::uint64_t>(next_.call++)});
  const at::Tensor factors =
      x.is_cpu() ? mask(x, probability_, random) : mask_there(x, probability_, random);
  record_kept(factors);
  return x * factors;
}

std::shared_ptr<Layer> make_norm(Norm kind, int dims, std::int64_t channels, std::int64_t groups) {
  switch (kind) {
    case Norm::batch:
      return std::make_shared<BatchNorm>(dims, channels);
    case Norm::instance:
      return std::make_shared<InstanceNorm>(dims, channels);
    case Norm::instance_plain:
      return std::make_shared<InstanceNorm>(dims, channels, /*affine=*/false);
    case Norm::group:
      return std::make_shared<GroupNorm>(groups, channels);
    case Norm::none:
      break;
  }
  return nullptr;
}

}  // namespace myoseg
