#include "losses/voxels/sums.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <numeric>

#include "losses/voxels/block.h"
#include "losses/voxels/checks.h"
#include "losses/voxels/dense.h"
#include "losses/voxels/saved.h"

namespace myoseg {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

template <class T>
BlockPlan<T> block_plan(const SumsWanted& wanted, std::int64_t channels) {
  const RegionSumsOptions r = wanted.regions.value_or(RegionSumsOptions{});
  const CrossEntropyOptions c = wanted.cross_entropy.value_or(CrossEntropyOptions{});
  const std::vector<double> weights = class_weights(c.weights, channels);
  const auto labels = static_cast<double>(labels_of(channels));
  return {.rows = labels_of(channels),
          .first = channels == 1 ? 1 : 0,
          .ignored = wanted.ignore_label.value_or(kIgnoredLabel),
          .sigmoid = r.sigmoid && channels > 1,
          .squared = r.squared,
          .regions = wanted.regions.has_value(),
          .cross_entropy = wanted.cross_entropy.has_value(),
          .share = static_cast<T>(1 - c.label_smoothing),
          .spread = static_cast<T>(c.label_smoothing / labels),
          .gamma = static_cast<T>(c.gamma),
          .weight_sum = static_cast<T>(std::accumulate(weights.begin(), weights.end(), 0.0)),
          .weights = {weights.begin(), weights.end()}};
}

template <class T>
struct AddChunk {
  [[gnu::always_inline]] inline void operator()(Block<T>* block, const T* logits, Strides strides,
                                                const std::int64_t* labels, std::int64_t voxels,
                                                BlockTotals<T>* totals) const {
    for (std::int64_t v = 0; v < voxels; v += kBlock)
      block->add(logits + v * strides.voxel, strides, labels + v, std::min(kBlock, voxels - v),
                 *totals);
  }
};

template <class T>
struct DifferentiateChunk {
  [[gnu::always_inline]] inline void operator()(Block<T>* block, const T* logits, Strides strides,
                                                const std::int64_t* labels, std::int64_t voxels,
                                                const BlockGradient<T>* d, T* gradient) const {
    for (std::int64_t v = 0; v < voxels; v += kBlock)
      block->differentiate(logits + v * strides.voxel, strides, labels + v,
                           std::min(kBlock, voxels - v), *d, gradient + v * strides.voxel);
  }
};

template <class T>
variable_list sums_of(const at::Tensor& z, const at::Tensor& labels, const SumsWanted& wanted) {
  const Layout layout(z);
  const BlockPlan<T> plan = block_plan<T>(wanted, layout.channels);
  const auto rows = static_cast<std::size_t>(plan.rows);
  std::vector<BlockTotals<T>> parts(static_cast<std::size_t>(layout.samples * layout.chunks()));
  for_chunks(
      layout, [&] { return Block<T>(plan); },
      [&](Block<T>& block, const Chunk& c) {
        BlockTotals<T>& part = parts[static_cast<std::size_t>(c.index)];
        part.intersection.resize(rows);
        part.prediction.resize(rows);
        part.truth.resize(rows);
        simd::run(AddChunk<T>(), &block, z.data_ptr<T>() + layout.place(c.sample, c.begin),
                  layout.strides,
                  labels.data_ptr<std::int64_t>() + c.sample * layout.voxels + c.begin, c.voxels,
                  &part);
      });
  const auto options = z.options().dtype(at::kDouble);
  variable_list sums{at::zeros({layout.samples, layout.channels}, options),
                     at::zeros({layout.samples, layout.channels}, options),
                     at::zeros({layout.samples, layout.channels}, options),
                     at::zeros({}, options),
                     at::zeros({}, options),
                     at::zeros({}, options)};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const BlockTotals<T>& part = parts[i];
    if (part.bad) throw_bad_label(part.bad_label, layout.channels);
    const std::int64_t at = static_cast<std::int64_t>(i) / layout.chunks() * layout.channels;
    for (std::int64_t c = 0; c < layout.channels; ++c) {
      const auto row = static_cast<std::size_t>(c + plan.first);
      sums[0].data_ptr<double>()[at + c] += part.intersection[row];
      sums[1].data_ptr<double>()[at + c] += part.prediction[row];
      sums[2].data_ptr<double>()[at + c] += part.truth[row];
    }
    *sums[3].data_ptr<double>() += part.loss;
    *sums[4].data_ptr<double>() += part.weight;
    *sums[5].data_ptr<double>() += part.count;
  }
  return sums;
}

// By row, from a tensor [N,C].
template <class T>
std::vector<T> row_slopes(const at::Tensor& d, std::int64_t sample, const BlockPlan<T>& plan) {
  std::vector<T> slopes(static_cast<std::size_t>(plan.rows), T{0});
  if (!d.defined()) return slopes;
  const at::Tensor of_sample = d[sample].contiguous();
  for (std::int64_t c = 0; c < of_sample.numel(); ++c)
    slopes[static_cast<std::size_t>(c + plan.first)] =
        static_cast<T>(of_sample.data_ptr<double>()[c]);
  return slopes;
}

template <class T>
at::Tensor gradient_of(const at::Tensor& z, const at::Tensor& labels, const SumsWanted& wanted,
                       const variable_list& d) {
  const Layout layout(z);
  const BlockPlan<T> plan = block_plan<T>(wanted, layout.channels);
  std::vector<BlockGradient<T>> slopes;
  for (std::int64_t n = 0; n < layout.samples; ++n)
    slopes.push_back({row_slopes(d[0], n, plan), row_slopes(d[1], n, plan),
                      d[3].defined() ? static_cast<T>(d[3].item<double>()) : T{0}});
  at::Tensor gradient = at::empty_like(z);
  for_chunks(
      layout, [&] { return Block<T>(plan); },
      [&](Block<T>& block, const Chunk& c) {
        const std::int64_t place = layout.place(c.sample, c.begin);
        simd::run(DifferentiateChunk<T>(), &block, z.data_ptr<T>() + place, layout.strides,
                  labels.data_ptr<std::int64_t>() + c.sample * layout.voxels + c.begin, c.voxels,
                  &slopes[static_cast<std::size_t>(c.sample)], gradient.data_ptr<T>() + place);
      });
  return gradient;
}

class VoxelSumsFunction final : public torch::autograd::Function<VoxelSumsFunction> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& logits,
                               const at::Tensor& labels, const SumsWanted& wanted) {
    const at::Tensor z = dense(logits), l = labels.contiguous();
    variable_list sums;
    AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "voxel_sums",
                               [&] { sums = sums_of<scalar_t>(z, l, wanted); });
    context->save_for_backward({z, l});
    context->saved_data["wanted"] = save(wanted);
    context->mark_non_differentiable({sums[2], sums[4], sums[5]});
    context->set_materialize_grads(false);
    return sums;
  }

  static variable_list backward(AutogradContext* context, variable_list d) {
    const variable_list saved = context->get_saved_variables();
    const auto wanted = load<SumsWanted>(context->saved_data["wanted"]);
    at::Tensor gradient;
    AT_DISPATCH_FLOATING_TYPES(saved[0].scalar_type(), "voxel_sums_backward", [&] {
      gradient = gradient_of<scalar_t>(saved[0], saved[1], wanted, d);
    });
    return {gradient, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

bool SumsWanted::merge(const SumsWanted& other, std::int64_t channels) {
  if (ignore_label != other.ignore_label) return false;
  if (regions && other.regions && regions != other.regions) return false;
  if (cross_entropy && other.cross_entropy && cross_entropy != other.cross_entropy) return false;
  SumsWanted both = *this;
  if (!both.regions) both.regions = other.regions;
  if (!both.cross_entropy) both.cross_entropy = other.cross_entropy;
  // The cross-entropy is always one of the softmax.
  if (both.cross_entropy && both.regions && both.regions->sigmoid && channels > 1) return false;
  *this = std::move(both);
  return true;
}

VoxelSums voxel_sums(const at::Tensor& logits, const at::Tensor& labels, const SumsWanted& wanted) {
  const at::Tensor z = checked_logits(logits, labels);
  if (!z.is_cpu()) return voxel_sums_plain(z, labels, wanted);
  const variable_list s = VoxelSumsFunction::apply(z, labels, wanted);
  VoxelSums sums;
  if (wanted.regions) sums = {.intersection = s[0], .prediction = s[1], .truth = s[2]};
  if (wanted.cross_entropy) {
    sums.cross_entropy = s[3];
    sums.weight = s[4];
    sums.count = s[5];
  }
  return sums;
}

}  // namespace myoseg
