// The sums over voxels by ordinary ATen operations.
#include <ATen/ATen.h>

#include "losses/voxels/checks.h"
#include "losses/voxels/sums.h"

namespace myoseg {
namespace {

// log p of each label, [N,labels,voxels].
at::Tensor log_probabilities(const at::Tensor& z) {
  const at::Tensor flat = z.flatten(2);
  const at::Tensor all = z.size(1) == 1 ? at::cat({at::zeros_like(flat), flat}, 1) : flat;
  return at::log_softmax(all, 1);
}

void add_regions(VoxelSums& sums, const at::Tensor& p, const at::Tensor& labels,
                 const at::Tensor& counted, bool squared) {
  const std::int64_t first = p.size(1) == 1 ? 1 : 0;
  const at::Tensor kept = p * counted.unsqueeze(1);
  std::vector<at::Tensor> intersection, truth;
  for (std::int64_t c = 0; c < p.size(1); ++c) {
    const at::Tensor is_class = labels.eq(c + first).logical_and(counted);
    intersection.push_back((p.select(1, c) * is_class).sum(1, false, at::kDouble));
    truth.push_back(is_class.sum(1).to(at::kDouble));
  }
  sums.intersection = at::stack(intersection, 1);
  sums.prediction = (squared ? kept * kept : kept).sum(2, false, at::kDouble);
  sums.truth = at::stack(truth, 1);
}

void add_cross_entropy(VoxelSums& sums, const at::Tensor& log_p, const at::Tensor& labels,
                       const at::Tensor& counted, const CrossEntropyOptions& o,
                       const std::vector<double>& weights) {
  const at::Tensor w = numbers_like(weights, log_p);
  // A label that is no class counts as one here, for or_nan() to be told of.
  const at::Tensor y = labels.masked_fill(counted.logical_not(), 0).clamp(0, log_p.size(1) - 1);
  const at::Tensor weight = w.index_select(0, y.flatten()).view_as(y) * counted;
  // Not by gather(): its backward pass has no deterministic form on a GPU.
  at::Tensor log_of_label = at::zeros_like(weight);
  for (std::int64_t c = 0; c < log_p.size(1); ++c)
    log_of_label = at::where(y.eq(c), log_p.select(1, c), log_of_label);
  at::Tensor loss = -(1 - o.label_smoothing) * log_of_label * weight;
  // The clamp keeps the derivative of a power below 1 finite where p is 1.
  if (o.gamma != 0) loss = loss * (1 - log_of_label.exp()).clamp_min(1e-30).pow(o.gamma);
  if (o.label_smoothing > 0)
    loss = loss - o.label_smoothing / static_cast<double>(w.numel()) *
                      (log_p * w.view({1, -1, 1})).sum(1) * counted;
  sums.cross_entropy = loss.sum(at::kDouble);
  sums.weight = weight.sum(at::kDouble);
  sums.count = counted.sum().to(at::kDouble);
}

}  // namespace

VoxelSums voxel_sums_plain(const at::Tensor& logits, const at::Tensor& labels,
                           const SumsWanted& wanted) {
  const at::Tensor z = checked_logits(logits, labels), l = labels.flatten(1);
  const std::int64_t channels = z.size(1);
  const std::int64_t ignored = wanted.ignore_label.value_or(kIgnoredLabel);
  const at::Tensor counted = counted_voxels(l, channels, ignored);
  VoxelSums sums;
  at::Tensor log_p;
  if (wanted.cross_entropy || (wanted.regions && !wanted.regions->sigmoid && channels > 1))
    log_p = log_probabilities(z);
  if (wanted.regions) {
    const bool sigmoid = channels == 1 || wanted.regions->sigmoid;
    add_regions(sums, sigmoid ? z.flatten(2).sigmoid() : log_p.exp(), l, counted,
                wanted.regions->squared);
    sums.intersection = or_nan(sums.intersection, l, channels, ignored);
  }
  if (wanted.cross_entropy) {
    add_cross_entropy(sums, log_p, l, counted, *wanted.cross_entropy,
                      class_weights(wanted.cross_entropy->weights, channels));
    sums.cross_entropy = or_nan(sums.cross_entropy, l, channels, ignored);
  }
  return sums;
}

}  // namespace myoseg
