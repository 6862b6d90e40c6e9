#include "train/trainer.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "core/error.h"
#include "core/log.h"
#include "core/progress.h"
#include "models/runtime/device.h"
#include "train/checkpoints/checkpoint.h"
#include "train/checkpoints/init_from.h"
#include "train/data_parallel.h"
#include "train/device_batches.h"
#include "train/run_log.h"
#include "train/signals.h"
#include "train/step_numbers.h"
#include "train/training_step.h"
#include "train/validation.h"

namespace myoseg {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Trainer {
 public:
  explicit Trainer(const TrainingJob& job);
  TrainingResult run();

 private:
  bool train_epoch();  // false: stopped
  void train_step(Progress& progress);
  [[nodiscard]] StepPlace this_step() const {
    return {state_.epoch + 1, state_.updates + 1, state_.rate};
  }
  // The numbers of the steps so far, when somebody is to see them.
  void read_numbers();
  [[nodiscard]] double mean_loss() const {
    return state_.loss_sum / static_cast<double>(state_.batch);
  }
  // nullopt when stopped; NaN when not due.
  std::optional<Validation> validate_if_due();
  void end_epoch(const Validation& validation);
  void tell(const EpochRecord& record) const;
  [[nodiscard]] bool over() const;
  [[nodiscard]] std::int64_t scores_since_best() const;
  [[nodiscard]] bool paused() const {
    return job_.until_epoch > 0 && state_.epoch >= job_.until_epoch;
  }
  void save();
  [[nodiscard]] TrainingResult result() const;

  const TrainingJob& job_;
  Training training_;
  TrainingState state_;
  DataParallel parallel_;
  TrainingStep step_;
  DeviceBatches batches_;
  StepNumbers numbers_;
  std::int64_t seen_ = 0;  // batches of this epoch whose loss was read
  std::filesystem::path last_;
  std::optional<RunLog> log_;
  Clock::time_point start_;
  double trained_ = 0;  // seconds of this epoch in this process
};

Trainer::Trainer(const TrainingJob& job)
    : job_(job),
      training_{*job.network, *job.optimizer, *job.schedule, job.identity, job.config_yaml},
      parallel_(*job.network, job.options.sync_batch_norm),
      step_(job, parallel_),
      batches_(*job.train, job.device),
      numbers_(job.device, parallel_),
      last_(job.folder / "last.safetensors") {
  std::filesystem::create_directories(job.folder);
  if (!std::filesystem::exists(last_)) return;
  state_ = load_training(last_, training_);
  step_.scaler().factor = state_.scale;
  step_.scaler().good_steps = state_.scale_good_steps;
  if (state_.finished == 0)
    log::info("Going on after epoch {} and {} batches of the next", state_.epoch, state_.batch);
}

TrainingResult Trainer::run() {
  if (state_.finished != 0 || paused()) return result();
  if (parallel_.leads()) log_.emplace(job_.folder, job_.class_names, state_.epoch, state_.updates);
  while (state_.finished == 0 && !paused()) {
    start_ = Clock::now();
    std::optional<Validation> validation;
    const bool whole = train_epoch();
    trained_ = seconds_since(start_);
    if (whole) validation = validate_if_due();
    state_.seconds += seconds_since(start_);
    if (!validation) {
      save();
      log::info("Stopped in epoch {} after {} of {} batches; the same command goes on",
                state_.epoch + 1, state_.batch, job_.train->batches_per_epoch());
      return result();
    }
    end_epoch(*validation);
  }
  return result();
}

bool Trainer::train_epoch() {
  training_mode(*job_.network);
  batches_.start_epoch(state_.epoch, /*skipped=*/state_.batch);
  const std::int64_t batches = job_.train->batches_per_epoch();
  Progress progress(fmt::format("epoch {}", state_.epoch + 1), batches, "batches");
  progress.advance(state_.batch);
  seen_ = state_.batch;
  bool stopped = false;
  while (!stopped && state_.batch < batches) {
    train_step(progress);
    stopped = parallel_.stop(stop_requested());
  }
  read_numbers();
  return !stopped;
}

void Trainer::train_step(Progress& progress) {
  const std::int64_t batches = job_.train->batches_per_epoch();
  const std::int64_t group =
      std::min<std::int64_t>(job_.options.accumulate, batches - state_.batch);
  state_.rate = job_.schedule->rate();
  step_.begin();
  Batch batch;
  StepPlace place = this_step();
  for (std::int64_t i = 0; i < group; ++i) {
    if (!batches_.next(batch))
      throw failure("The loader gave {} of the {} batches it announced", state_.batch, batches);
    place.samples = batch.names;
    numbers_.add_loss(step_.differentiate(batch, group, state_.epoch * batches + state_.batch),
                      place);
    ++state_.batch;
    batches_.prefetch();
    if (numbers_.due()) read_numbers();
    progress.advance(
        1,
        seen_ > 0 ? fmt::format("loss {:.4f}", state_.loss_sum / static_cast<double>(seen_)) : "");
  }
  if (const auto norm = step_.update(state_.rate)) numbers_.add_norm(*norm, place);
  if (numbers_.due()) read_numbers();
  ++state_.updates;
  if (job_.schedule->per_step()) job_.schedule->advance(std::nullopt);
}

void Trainer::read_numbers() {
  for (const double loss : numbers_.read(stop_requested())) {
    state_.loss_sum += loss;
    ++seen_;
  }
}

std::optional<Validation> Trainer::validate_if_due() {
  const std::int64_t epoch = state_.epoch + 1;
  const bool due = epoch % job_.options.validate_every == 0 || epoch == job_.options.epochs;
  if (job_.tuning == nullptr || !due) return Validation{.loss = kNaN, .score = kNaN};
  parallel_.share_buffers();
  const auto validation = validate(*job_.network, *job_.loss, *job_.tuning, step_.setup(),
                                   [&] { return parallel_.alone() && stop_requested(); });
  if (validation && !validation->diverged_on.empty())
    throw diverged(this_step(), "loss on the tuning samples", validation->loss,
                   validation->diverged_on);
  return validation;
}

void Trainer::end_epoch(const Validation& validation) {
  const EpochRecord record{.epoch = ++state_.epoch,
                           .step = state_.updates,
                           .rate = state_.rate,
                           .loss = mean_loss(),
                           .validation_loss = validation.loss,
                           .score = job_.tuning == nullptr ? -mean_loss() : validation.score,
                           .class_dice = validation.class_dice,
                           .seconds = state_.seconds};
  if (record.score > state_.best_score) {
    state_.best_score = record.score;
    state_.best_epoch = state_.epoch;
    if (parallel_.leads())
      save_best(job_.folder / "best.safetensors", training_, state_.epoch, record.score);
  }
  if (!job_.schedule->per_step())
    job_.schedule->advance(std::isnan(record.score) ? std::nullopt : std::optional(record.score));
  state_.batch = 0;
  state_.loss_sum = state_.seconds = 0;
  state_.finished = over() ? 1 : 0;
  // The log before the state: whatever the state has seen is in the log, and later rows are dropped
  // on resuming.
  if (log_) log_->add(record);
  if (state_.finished != 0 || paused() || state_.epoch % job_.options.checkpoint_every == 0) save();
  tell(record);
}

bool Trainer::over() const {
  if (state_.epoch >= job_.options.epochs) return true;
  return job_.options.early_stopping > 0 && state_.best_epoch > 0 &&
         scores_since_best() >= job_.options.early_stopping;
}

std::int64_t Trainer::scores_since_best() const {
  // Without tuning samples the training loss is the score, and every epoch has one.
  const std::int64_t every = job_.tuning == nullptr ? 1 : job_.options.validate_every;
  return state_.epoch / every - state_.best_epoch / every;
}

void Trainer::tell(const EpochRecord& r) const {
  if (!parallel_.leads()) return;
  const std::string validated =
      std::isnan(r.validation_loss)
          ? ""
          : fmt::format(", validation loss {:.4f}, Dice {:.4f} (best {:.4f} in epoch {})",
                        r.validation_loss, r.score, state_.best_score, state_.best_epoch);
  log::info("epoch {}/{}: loss {:.4f}{}, rate {:.3g}, {:.1f} s, {:.0f} % waiting for data", r.epoch,
            job_.options.epochs, r.loss, validated, r.rate, r.seconds,
            100 * batches_.waited() / trained_);
  if (state_.finished != 0 && r.epoch < job_.options.epochs)
    log::info("Stopped early: no better score since epoch {}", state_.best_epoch);
}

void Trainer::save() {
  if (!parallel_.leads()) return;
  state_.scale = step_.scaler().factor;
  state_.scale_good_steps = step_.scaler().good_steps;
  save_training(last_, training_, state_);
}

TrainingResult Trainer::result() const {
  return {.finished = state_.finished != 0,
          .epochs = state_.epoch,
          .best_epoch = state_.best_epoch,
          .best_score = state_.best_score};
}

}  // namespace

TrainingResult train(const TrainingJob& job) {
  use_threads();
  try {
    return Trainer(job).run();
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    const bool memory = what.find("memory") != std::string::npos;
    throw failure(
        "Training in '{}' stopped because LibTorch could not compute a step: {}{}",
        job.folder.string(), what.substr(0, what.find('\n')),
        memory ? "; use a smaller loader.batch_size (train.accumulate makes up for it)" : "");
  }
}

}  // namespace myoseg
