// The overlap sums by ordinary ATen operations, and what all losses check.
#include <ATen/ATen.h>

#include <limits>
#include <vector>

#include "core/error.h"
#include "losses/region_sums.h"

namespace myoseg {

void throw_bad_label(std::int64_t label, std::int64_t classes) {
  throw data_error("a label map holds {}, but the network has {}: change the labels or `classes`",
                   label,
                   classes == 1 ? "one output for labels 0 and 1"
                                : fmt::format("outputs for labels 0 to {}", classes - 1));
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

RegionSums region_sums_plain(const at::Tensor& logits, const at::Tensor& labels,
                             const RegionSumsOptions& o) {
  const at::Tensor z = checked_logits(logits, labels);
  const std::int64_t channels = z.size(1), first = channels == 1 ? 1 : 0;
  at::Tensor p = (o.sigmoid || channels == 1 ? at::sigmoid(z) : at::softmax(z, 1)).flatten(2);
  const at::Tensor l = labels.flatten(1);
  const at::Tensor counted =
      l.ne(o.ignore_label.value_or(std::numeric_limits<std::int64_t>::min()));
  const at::Tensor wrong = counted.logical_and(l.lt(0).logical_or(l.ge(channels + first)));
  if (wrong.any().item<bool>())
    throw_bad_label(l.masked_select(wrong)[0].item<std::int64_t>(), channels);
  if (o.ignore_label) p = p * counted.unsqueeze(1);
  p = p.to(at::kDouble);
  std::vector<at::Tensor> intersection, truth;
  for (std::int64_t c = 0; c < channels; ++c) {
    const at::Tensor is_class = l.eq(c + first).logical_and(counted);
    intersection.push_back((p.select(1, c) * is_class).sum(1));
    truth.push_back(is_class.sum(1).to(p.scalar_type()));
  }
  return {at::stack(intersection, 1), (o.squared ? p * p : p).sum(2), at::stack(truth, 1)};
}

}  // namespace myoseg
