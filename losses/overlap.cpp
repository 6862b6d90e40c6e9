#include "losses/overlap.h"

#include <ATen/ATen.h>

#include "core/error.h"

namespace myoseg {
namespace {

std::vector<std::int64_t> counted_channels(const OverlapOptions& o, std::int64_t channels) {
  std::vector<std::int64_t> counted;
  for (const int c : o.classes) {
    if (c >= channels)
      throw usage_error(
          "the loss counts class {}, but the network has {} outputs: change `classes`", c,
          channels);
    counted.push_back(c);
  }
  if (!counted.empty()) return counted;
  // A single channel is the foreground.
  for (std::int64_t c = o.include_background || channels == 1 ? 0 : 1; c < channels; ++c)
    counted.push_back(c);
  return counted;
}

}  // namespace

void describe(Fields& f, OverlapOptions& o) {
  f("activation", o.activation,
    "What turns logits into probabilities; a single channel always takes the sigmoid.");
  f("include_background", o.include_background, "Whether label 0 counts as a class.");
  f("classes", o.classes, kNonNegative, "Only these labels count; empty: all.");
  f("batch", o.batch, "Sum over the batch before the ratio, instead of one ratio per sample.");
  f("smooth_numerator", o.smooth_numerator, kNonNegative, "Added to the numerator.");
  f("smooth_denominator", o.smooth_denominator, kNonNegative, "Added to the denominator.");
  f("floor", o.floor, kNonNegative,
    "Least value of the denominator, and of the ratio inside `log`.");
  f("log", o.log, "-log(ratio) instead of 1 - ratio.");
  f("absent_classes", o.absent_classes,
    "What a class without a labelled voxel adds: its ratio like any other, or nothing.");
  f("ignore_label", o.ignore_label, "Voxels with this label count nowhere.");
  f("reduction", o.reduction, "Over classes and samples.");
}

SumsWanted OverlapLoss::wanted() const {
  return {
      .regions = RegionSumsOptions{.sigmoid = options_.activation == OverlapActivation::sigmoid},
      .ignore_label = options_.ignore_label};
}

VoxelSums OverlapLoss::counted(const VoxelSums& sums) const {
  const std::vector<std::int64_t> channels = counted_channels(options_, sums.truth.size(1));
  const auto of = [&](const at::Tensor& sum) {
    std::vector<at::Tensor> columns;  // not by a list of numbers, which a GPU would wait for
    for (const std::int64_t channel : channels) columns.push_back(sum.select(1, channel));
    const at::Tensor selected = at::stack(columns, 1);
    return options_.batch ? selected.sum(0) : selected;
  };
  return {.intersection = of(sums.intersection),
          .prediction = of(sums.prediction),
          .truth = of(sums.truth)};
}

at::Tensor OverlapLoss::terms(const VoxelSums& sums) const {
  const VoxelSums of_classes = counted(sums);
  const Ratio r = ratio(of_classes);
  at::Tensor denominator = r.denominator + options_.smooth_denominator;
  if (options_.floor > 0) denominator = denominator.clamp_min(options_.floor);
  const at::Tensor ratio = (r.numerator + options_.smooth_numerator) / denominator;
  const at::Tensor terms = options_.log ? -at::log(ratio.clamp_min(options_.floor)) : 1 - ratio;
  return options_.absent_classes == AbsentClasses::zero ? terms * of_classes.truth.gt(0) : terms;
}

at::Tensor OverlapLoss::reduce(const at::Tensor& terms) const {
  return options_.reduction == Reduction::sum ? terms.sum() : terms.mean();
}

at::Tensor OverlapLoss::of_sums(const VoxelSums& sums) const { return reduce(terms(sums)); }

}  // namespace myoseg
