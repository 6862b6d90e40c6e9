#include "losses/voxels/checks.h"

#include <ATen/ATen.h>

#include "core/error.h"

namespace myoseg {
namespace {

at::Tensor no_class(const at::Tensor& labels, std::int64_t channels, std::int64_t ignored) {
  return labels.ne(ignored).logical_and(labels.lt(0).logical_or(labels.ge(labels_of(channels))));
}

}  // namespace

void throw_bad_label(std::int64_t label, std::int64_t channels) {
  if (label == kIgnoredLabel)
    throw usage_error(
        "the data set has voxels that are ignored, but the loss ignores another label: leave out its "
        "option `ignore_label`");
  throw data_error("a label map holds {}, but the network has {}: change the labels or `classes`",
                   label,
                   channels == 1 ? "one output for labels 0 and 1"
                                 : fmt::format("outputs for labels 0 to {}", channels - 1));
}

at::Tensor checked_logits(const at::Tensor& logits, const at::Tensor& labels) {
  bool fits = logits.dim() >= 3 && labels.dim() == logits.dim() - 1 &&
              labels.size(0) == logits.size(0) && labels.scalar_type() == at::kLong;
  for (std::int64_t d = 2; fits && d < logits.dim(); ++d)
    fits = logits.size(d) == labels.size(d - 1);
  if (!fits)
    throw usage_error(
        "a loss takes logits (N,C,[D,]H,W) and int64 labels (N,[D,]H,W) of one size, but was given "
        "{} and {} dimensions or other sizes",
        logits.dim(), labels.dim());
  const auto type = logits.scalar_type();
  return type == at::kHalf || type == at::kBFloat16 ? logits.to(at::kFloat) : logits;
}

at::Tensor counted_voxels(const at::Tensor& labels, std::int64_t channels, std::int64_t ignored) {
  const at::Tensor counted = labels.ne(ignored);
  if (!labels.is_cpu()) return counted;
  const at::Tensor wrong = no_class(labels, channels, ignored);
  if (wrong.any().item<bool>())
    throw_bad_label(labels.masked_select(wrong)[0].item<std::int64_t>(), channels);
  return counted;
}

at::Tensor or_nan(const at::Tensor& value, const at::Tensor& labels, std::int64_t channels,
                  std::int64_t ignored) {
  if (labels.is_cpu()) return value;
  const at::Tensor wrong = no_class(labels, channels, ignored).any();
  return at::where(wrong, at::full_like(value, std::numeric_limits<double>::quiet_NaN()), value);
}

at::Tensor numbers_like(const std::vector<double>& numbers, const at::Tensor& like) {
  const auto options = like.options().requires_grad(false);
  if (like.is_cpu()) return at::tensor(numbers, options);
  std::vector<at::Tensor> all;
  for (const double number : numbers) all.push_back(at::full({}, number, options));
  return at::stack(all);
}

std::vector<double> class_weights(const std::vector<double>& weights, std::int64_t channels) {
  const std::int64_t labels = labels_of(channels);
  if (weights.empty()) return std::vector<double>(static_cast<std::size_t>(labels), 1.0);
  if (std::ssize(weights) != labels)
    throw usage_error(
        "the loss has {} `weights`, but the network tells {} labels apart: give one per "
        "label, background first",
        weights.size(), labels);
  return weights;
}

at::Tensor as_loss_of(const at::Tensor& value, const at::Tensor& logits) {
  return value.to(logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
}

}  // namespace myoseg
