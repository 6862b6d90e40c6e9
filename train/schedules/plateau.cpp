// Reduces the rate when the validation score has stopped getting better (PyTorch's
// ReduceLROnPlateau).
#include <algorithm>
#include <cmath>
#include <limits>

#include "train/schedules/schedule.h"
#include "train/schedules/timed.h"

namespace myoseg {
namespace {

enum class PlateauMode { max, min };
constexpr auto choice_names(PlateauMode) { return std::to_array<std::string_view>({"max", "min"}); }
enum class ThresholdMode { rel, abs };
constexpr auto choice_names(ThresholdMode) {
  return std::to_array<std::string_view>({"rel", "abs"});
}

struct PlateauOptions {
  PlateauMode mode = PlateauMode::max;
  double factor = 0.1;
  int patience = 10;
  double threshold = 1e-4;
  ThresholdMode threshold_mode = ThresholdMode::rel;
  int cooldown = 0;
  double min_lr = 0;
  double eps = 1e-8;
};

void describe(Fields& f, PlateauOptions& o) {
  f("mode", o.mode, "Whether a higher or a lower score is better.");
  f("factor", o.factor, Limits{.low = 0, .high = 1, .low_open = true, .high_open = true},
    "What each reduction multiplies the rate by.");
  f("patience", o.patience, kNonNegative,
    "Validation scores in a row, none of them better, that are put up with; epochs without a "
    "validation (train.validate_every) do not count.");
  f("threshold", o.threshold, kNonNegative, "How much better a score must be to count.");
  f("threshold_mode", o.threshold_mode,
    "Whether `threshold` is a part of the best score or a difference.");
  f("cooldown", o.cooldown, kNonNegative,
    "Validation scores after a reduction that are not counted.");
  f("min_lr", o.min_lr, kNonNegative, "Least learning rate.");
  f("eps", o.eps, kNonNegative, "A smaller reduction than this is left out.");
}

class Plateau final : public Schedule {
 public:
  Plateau(const PlateauOptions& o, const ScheduleIo& io) : options_(o), rate_(io.base_rate) {
    best_ = (o.mode == PlateauMode::max ? -1 : 1) * std::numeric_limits<double>::infinity();
  }

  [[nodiscard]] double rate() const override { return rate_; }

  void advance(std::optional<double> new_score) override {
    if (!new_score) return;
    if (is_better(*new_score)) {
      best_ = *new_score;
      bad_scores_ = 0;
    } else {
      ++bad_scores_;
    }
    if (cooldown_ > 0) {
      --cooldown_;
      bad_scores_ = 0;
    }
    if (bad_scores_ <= options_.patience) return;
    const double reduced = std::max(rate_ * options_.factor, options_.min_lr);
    if (rate_ - reduced > options_.eps) rate_ = reduced;
    cooldown_ = options_.cooldown;
    bad_scores_ = 0;
  }

  [[nodiscard]] std::vector<std::pair<std::string, double>> state() const override {
    return {{"rate", rate_},
            {"best", best_},
            {"bad_epochs", static_cast<double>(bad_scores_)},
            {"cooldown", static_cast<double>(cooldown_)}};
  }
  void load_state(const std::vector<std::pair<std::string, double>>& state) override {
    const double rate = state_value(state, "rate"), best = state_value(state, "best");
    const double bad = state_value(state, "bad_epochs"), cooldown = state_value(state, "cooldown");
    rate_ = rate;
    best_ = best;
    bad_scores_ = static_cast<std::int64_t>(bad);
    cooldown_ = static_cast<std::int64_t>(cooldown);
  }

 private:
  // A score that is no number is never better, and the first number always is. Below zero, as where
  // a loss steers, PyTorch takes worse scores by less than the relative threshold for better ones.
  [[nodiscard]] bool is_better(double score) const {
    const double sign = options_.mode == PlateauMode::max ? 1 : -1;
    if (std::isinf(best_)) return sign > 0 ? score > best_ : score < best_;
    const double away = best_ < 0 ? -sign : sign;
    const double needed = options_.threshold_mode == ThresholdMode::rel
                              ? best_ * (1 + away * options_.threshold)
                              : best_ + sign * options_.threshold;
    return sign > 0 ? score > needed : score < needed;
  }

  PlateauOptions options_;
  double rate_, best_;
  std::int64_t bad_scores_ = 0, cooldown_ = 0;
};

std::unique_ptr<Schedule> make_plateau(const PlateauOptions& o, const ScheduleIo& io) {
  return std::make_unique<Plateau>(o, io);
}

}  // namespace

extern const ScheduleEntry kPlateau;
const ScheduleEntry kPlateau = entry<ScheduleEntry, PlateauOptions, make_plateau>(
    "plateau", "Reduced when more than `patience` validation scores in a row are not better.");

}  // namespace myoseg
