// Reduces the rate when the validation score has stopped getting better (PyTorch's
// ReduceLROnPlateau).
#include <algorithm>
#include <limits>

#include "train/schedule.h"
#include "train/schedule_timed.h"

namespace myoseg {
namespace {

struct PlateauOptions {
  std::string mode = "max";
  double factor = 0.1;
  int patience = 10;
  double threshold = 1e-4;
  std::string threshold_mode = "rel";
  int cooldown = 0;
  double min_lr = 0;
  double eps = 1e-8;
};

void describe(Fields& f, PlateauOptions& o) {
  f("mode", o.mode, one_of({"max", "min"}), "Whether a higher or a lower score is better.");
  f("factor", o.factor, Limits{.low = 0, .high = 1, .low_open = true, .high_open = true},
    "What each reduction multiplies the rate by.");
  f("patience", o.patience, kNonNegative, "Epochs without a better score that are put up with.");
  f("threshold", o.threshold, kNonNegative, "How much better a score must be to count.");
  f("threshold_mode", o.threshold_mode, one_of({"rel", "abs"}),
    "Whether `threshold` is a part of the best score or a difference.");
  f("cooldown", o.cooldown, kNonNegative, "Epochs after a reduction that are not counted.");
  f("min_lr", o.min_lr, kNonNegative, "Least learning rate.");
  f("eps", o.eps, kNonNegative, "A smaller reduction than this is left out.");
}

class Plateau final : public Schedule {
 public:
  Plateau(const PlateauOptions& o, const ScheduleIo& io) : options_(o), rate_(io.base_rate) {
    best_ = (o.mode == "max" ? -1 : 1) * std::numeric_limits<double>::infinity();
  }

  [[nodiscard]] double rate() const override { return rate_; }

  void advance(double score) override {
    if (is_better(score)) {
      best_ = score;
      bad_epochs_ = 0;
    } else {
      ++bad_epochs_;
    }
    if (cooldown_ > 0) {
      --cooldown_;
      bad_epochs_ = 0;
    }
    if (bad_epochs_ <= options_.patience) return;
    const double reduced = std::max(rate_ * options_.factor, options_.min_lr);
    if (rate_ - reduced > options_.eps) rate_ = reduced;
    cooldown_ = options_.cooldown;
    bad_epochs_ = 0;
  }

  [[nodiscard]] std::vector<std::pair<std::string, double>> state() const override {
    return {{"rate", rate_},
            {"best", best_},
            {"bad_epochs", static_cast<double>(bad_epochs_)},
            {"cooldown", static_cast<double>(cooldown_)}};
  }
  void load_state(const std::vector<std::pair<std::string, double>>& state) override {
    const double rate = state_value(state, "rate"), best = state_value(state, "best");
    const double bad = state_value(state, "bad_epochs"), cooldown = state_value(state, "cooldown");
    rate_ = rate;
    best_ = best;
    bad_epochs_ = static_cast<std::int64_t>(bad);
    cooldown_ = static_cast<std::int64_t>(cooldown);
  }

 private:
  // A score that is no number is never better.
  [[nodiscard]] bool is_better(double score) const {
    const double sign = options_.mode == "max" ? 1 : -1;
    const double needed = options_.threshold_mode == "rel" ? best_ * (1 + sign * options_.threshold)
                                                           : best_ + sign * options_.threshold;
    return sign > 0 ? score > needed : score < needed;
  }

  PlateauOptions options_;
  double rate_, best_;
  std::int64_t bad_epochs_ = 0, cooldown_ = 0;
};

std::unique_ptr<Schedule> make_plateau(const PlateauOptions& o, const ScheduleIo& io) {
  return std::make_unique<Plateau>(o, io);
}

}  // namespace

extern const ScheduleEntry kPlateau;
const ScheduleEntry kPlateau = entry<ScheduleEntry, PlateauOptions, make_plateau>(
    "plateau", "Reduced when the validation score has not become better for `patience` epochs.");

}  // namespace myoseg
