#include "train/step_numbers.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

#include "core/error.h"
#include "train/validation.h"

namespace myoseg {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kShown{500};  // between two readings of a GPU's
constexpr std::size_t kMost = 16;                 // losses unread: so far a GPU may be behind

}  // namespace

void StepNumbers::add_loss(const at::Tensor& loss, const StepPlace& place) {
  unread_.push_back({loss.detach(), place, true});
  ++losses_;
}

void StepNumbers::add_norm(const at::Tensor& norm, const StepPlace& place) {
  unread_.push_back({norm, place, false});
}

bool StepNumbers::due() const {
  if (unread_.empty()) return false;
  if (device_.is_cpu()) return true;
  // Clocks differ from process to process.
  return losses_ >= kMost || (parallel_.alone() && Clock::now() - read_ > kShown);
}

std::vector<double> StepNumbers::read(bool stop) {
  if (unread_.empty()) return {};
  parallel_.settle();
  const std::vector<double> all = values();
  std::vector<double> losses;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (unread_[i].is_loss) losses.push_back(all[i]);
  if (!losses.empty()) losses = parallel_.mean_losses(losses, stop);
  const std::vector<One> seen = std::exchange(unread_, {});
  losses_ = 0;
  read_ = Clock::now();
  for (std::size_t i = 0, loss = 0; i < seen.size(); ++i)
    if (const double value = seen[i].is_loss ? losses[loss++] : all[i]; !std::isfinite(value))
      throw_diverged(seen[i], value);
  return losses;
}

std::vector<double> StepNumbers::values() const {
  std::vector<at::Tensor> values;
  for (const One& one : unread_) values.push_back(one.value.to(at::kDouble));
  const at::Tensor here = at::stack(values).cpu();
  const double* first = here.data_ptr<double>();
  return {first, first + here.numel()};
}

void StepNumbers::throw_diverged(const One& one, double value) const {
  const StepPlace& p = one.place;
  if (!one.is_loss) throw diverged(p, "gradient's norm", value, p.samples);
  // What a loss says at once on a processor.
  const char* const of_labels =
      device_.is_cpu() ? ""
                       : " (a GPU's is that too of a label that the network has no output for)";
  throw diverged(p, std::string("loss") + of_labels, value, parallel_.all_names(p.samples));
}

Error diverged(const StepPlace& place, const std::string& what, double value,
               const std::vector<std::string>& samples) {
  return failure(
      "Training stopped in epoch {}, step {}, at learning rate {:g}: the {} became {} on the "
      "samples {}; look at these, or try a lower learning rate, train.clip_norm=1 or "
      "train.precision=fp32",
      place.epoch, place.step, place.rate, what, value, some_of(samples));
}

}  // namespace myoseg
