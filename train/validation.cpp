#include "train/validation.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/names.h"

namespace myoseg {

std::vector<double> dice_of_counts(const std::vector<std::int64_t>& counts, int classes) {
  const auto n = static_cast<std::size_t>(classes);
  std::vector<double> dice;
  for (std::size_t c = 1; c < n; ++c) {
    std::int64_t truth = 0, predicted = 0;
    for (std::size_t other = 0; other < n; ++other) {
      truth += counts[c * n + other];
      predicted += counts[other * n + c];
    }
    dice.push_back(truth + predicted == 0 ? std::numeric_limits<double>::quiet_NaN()
                                          : 2.0 * static_cast<double>(counts[c * n + c]) /
                                                static_cast<double>(truth + predicted));
  }
  return dice;
}

at::Tensor forward(Network& network, const at::Tensor& image, const ValidationSetup& setup) {
  at::Tensor x = image.to(setup.device);
  if (setup.channels_last && x.dim() == 4) x = x.contiguous(at::MemoryFormat::ChannelsLast);
  const PrecisionScope scope(setup.precision, setup.device);
  return network.forward(x).to(at::kFloat);
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  if (names.size() <= kShown) return join(names);
  return join(std::span(names).first(kShown)) + fmt::format(" and {} more", names.size() - kShown);
}

std::optional<Validation> validate(Network& network, const Loss& loss, Loader& tuning,
                                   const ValidationSetup& setup,
                                   const std::function<bool()>& stop) {
  const c10::NoGradGuard no_gradients;
  network.eval();
  Validation result;
  std::int64_t slices = 0;
  at::Tensor counts;
  int classes = 0;
  tuning.start_epoch(0);
  for (Batch batch; tuning.next(batch);) {
    if (stop()) return std::nullopt;
    const at::Tensor logits = forward(network, batch.image, setup);
    const at::Tensor label = batch.label.to(setup.device);
    const double value = loss(logits, label).item<double>();
    if (!std::isfinite(value))
      throw failure("the validation loss is {} on {}", value, some_of(batch.names));
    const auto in_batch = static_cast<std::int64_t>(batch.names.size());
    result.loss += value * static_cast<double>(in_batch);
    slices += in_batch;
    const bool one_channel = logits.size(1) == 1;
    classes = one_channel ? 2 : static_cast<int>(logits.size(1));
    const at::Tensor predicted =
        one_channel ? logits.select(1, 0).gt(0).to(at::kLong) : logits.argmax(1);
    const at::Tensor pairs = (label * classes + predicted)
                                 .reshape(-1)
                                 .cpu()
                                 .bincount({}, static_cast<std::int64_t>(classes) * classes);
    counts = counts.defined() ? counts + pairs : pairs;
  }
  const std::int64_t* data = counts.data_ptr<std::int64_t>();
  result.class_dice = dice_of_counts({data, data + counts.numel()}, classes);
  int occurring = 0;
  for (const double dice : result.class_dice)
    if (!std::isnan(dice)) {
      result.score += dice;
      ++occurring;
    }
  if (occurring == 0)
    throw data_error(
        "the tuning cases have no foreground in any slice, so nothing can be validated on them");
  result.score /= occurring;
  result.loss /= static_cast<double>(slices);
  return result;
}

}  // namespace myoseg
