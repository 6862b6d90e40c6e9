#include "train/validation.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "core/error.h"
#include "core/names.h"
#include "train/confusion.h"

namespace myoseg {
namespace {

double mean_of_present(const std::vector<double>& dice) {
  double sum = 0;
  int present = 0;
  for (const double value : dice) {
    if (std::isnan(value)) continue;
    sum += value;
    ++present;
  }
  return sum / present;
}

}  // namespace

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

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  if (names.size() <= kShown) return join(names);
  return join(std::span(names).first(kShown)) + fmt::format(" and {} more", names.size() - kShown);
}

std::optional<Validation> validate(Network& network, const Loss& loss, Loader& tuning,
                                   const ForwardSetup& setup, const std::function<bool()>& stop) {
  const at::NoGradGuard no_grad;
  network.eval();
  double loss_sum = 0;
  std::int64_t samples = 0;
  int classes = 0;
  std::vector<std::int64_t> counts;
  tuning.start_epoch(0);  // always the same order: sums of floating-point numbers depend on it
  for (Batch batch; tuning.next(batch);) {
    if (stop()) return std::nullopt;
    const at::Tensor label = batch.label.to(setup.device);
    const at::Tensor logits = forward(network, batch.image, setup);
    const double value = loss(logits, label).item<double>();
    if (!std::isfinite(value)) return Validation{.loss = value, .diverged_on = batch.names};
    loss_sum += value * static_cast<double>(logits.size(0));
    samples += logits.size(0);
    classes = std::max(2, static_cast<int>(logits.size(1)));
    if (!count_answers(logits, label, classes, counts))
      throw data_error(
          "a label value is above {}, the network's last class, in one of {}; check the data set's "
          "list of labels",
          classes - 1, some_of(batch.names));
  }
  // Whatever is not in the row of the background.
  if (std::accumulate(counts.begin() + classes, counts.end(), std::int64_t{0}) == 0)
    throw data_error(
        "the tuning samples hold no foreground voxel, so nothing can be scored on them; choose "
        "other tuning cases or check their labels");
  Validation result{.loss = loss_sum / static_cast<double>(samples),
                    .class_dice = dice_of_counts(counts, classes)};
  result.score = mean_of_present(result.class_dice);
  return result;
}

}  // namespace myoseg
