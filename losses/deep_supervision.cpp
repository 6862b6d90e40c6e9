#include "losses/deep_supervision.h"

#include <ATen/ATen.h>

#include "core/error.h"

namespace myoseg {
namespace {

std::vector<double> halving_weights(std::size_t outputs) {
  std::vector<double> weights(outputs, 1);
  double sum = 1;
  for (std::size_t i = 1; i < outputs; ++i) {
    weights[i] = weights[i - 1] / 2;
    sum += weights[i];
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

at::Tensor labels_at(const at::Tensor& labels, const at::Tensor& logits, std::size_t output) {
  at::Tensor at_size = labels;
  for (std::int64_t d = 1; d < labels.dim(); ++d) {
    const std::int64_t full = labels.size(d), size = d + 1 < logits.dim() ? logits.size(d + 1) : 0;
    if (size < 1 || full % size != 0)
      throw usage_error(
          "output {} of the network has {} voxels along an axis where the labels have {}: deep "
          "supervision needs outputs that are smaller by whole factors",
          output + 1, size, full);
    const std::int64_t factor = full / size;
    at_size = at_size.slice(d, factor / 2, full, factor);
  }
  return at_size;
}

}  // namespace

at::Tensor deep_supervision(const Loss& loss, std::span<const at::Tensor> outputs,
                            const at::Tensor& labels, const std::vector<double>& weights) {
  if (!weights.empty() && weights.size() != outputs.size())
    throw usage_error(
        "deep supervision has {} weights, but the network has {} output{}: give one "
        "per output, or none",
        weights.size(), outputs.size(), outputs.size() == 1 ? "" : "s");
  const std::vector<double> w = weights.empty() ? halving_weights(outputs.size()) : weights;
  at::Tensor total;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (w[i] == 0) continue;
    const at::Tensor value = w[i] * loss(outputs[i], labels_at(labels, outputs[i], i));
    total = total.defined() ? total + value : value;
  }
  if (!total.defined()) throw usage_error("deep supervision needs an output whose weight is not 0");
  return total;
}

}  // namespace myoseg
