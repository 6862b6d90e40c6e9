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
#include "data/labels.h"
#include "losses/voxels/checks.h"
#include "models/runtime/communicator.h"
#include "train/confusion.h"
#include "train/device_batches.h"

namespace myoseg {
namespace {

static_assert(kIgnoredVoxel == kIgnoredLabel);  // what loaders write is what losses leave out

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

// What several processes found on their parts, in each of them what they found together. False when
// a loss is not a number: then the names are those of its samples.
bool sum_over_ranks(double& loss_sum, std::int64_t& samples, std::vector<std::int64_t>& counts,
                    std::vector<std::string>& diverged_on) {
  Communicator& world = Communicator::world();
  if (world.alone()) return std::isfinite(loss_sum);
  std::size_t cells = 0;
  double loss = 0;
  std::int64_t all_samples = 0;
  for (const auto& rank :
       world.gather({loss_sum, static_cast<double>(samples), static_cast<double>(counts.size())})) {
    loss += rank[0];
    all_samples += static_cast<std::int64_t>(rank[1]);
    cells = std::max(cells, static_cast<std::size_t>(rank[2]));
  }
  loss_sum = loss;
  samples = all_samples;
  counts.resize(cells);
  world.sum(at::from_blob(counts.data(), {static_cast<std::int64_t>(cells)}, at::kLong));
  if (std::isfinite(loss)) return true;
  for (std::string& names : world.gather_texts(join(diverged_on)))
    if (!names.empty()) diverged_on = {std::move(names)};
  return false;
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
  std::vector<std::string> diverged_on;
  DeviceBatches batches(tuning, setup.device);
  batches.start_epoch(0);  // always the same order: sums of floating-point numbers depend on it
  for (Batch batch; batches.next(batch);) {
    if (stop()) return std::nullopt;
    const at::Tensor logits = forward(network, batch.image, setup);
    const at::Tensor of_batch = loss(logits, batch.label);
    batches.prefetch();
    const auto value = of_batch.item<double>();
    if (!std::isfinite(value)) {
      diverged_on = batch.names;
      loss_sum = value;
      break;
    }
    loss_sum += value * static_cast<double>(logits.size(0));
    samples += logits.size(0);
    classes = std::max(2, static_cast<int>(logits.size(1)));
    if (!count_answers(logits, batch.label, classes, counts))
      throw data_error(
          "a label value is above {}, the network's last class, in one of {}; check the data set's "
          "list of labels",
          classes - 1, some_of(batch.names));
  }
  if (!sum_over_ranks(loss_sum, samples, counts, diverged_on))
    return Validation{.loss = loss_sum, .diverged_on = diverged_on};
  classes = static_cast<int>(std::lround(std::sqrt(static_cast<double>(counts.size()))));
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
