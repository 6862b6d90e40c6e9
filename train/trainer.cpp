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
#include "losses/deep_supervision.h"
#include "models/runtime/chosen_methods.h"
#include "models/runtime/device.h"
#include "models/runtime/forward.h"
#include "train/checkpoints/checkpoint.h"
#include "train/checkpoints/init_from.h"
#include "train/data_parallel.h"
#include "train/grad_scaler.h"
#include "train/run_log.h"
#include "train/signals.h"
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
  bool next(Batch& batch);  // of the loader; keeps count of the time it is waited for
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
  [[nodiscard]] Error diverged(const std::string& what,
                               const std::vector<std::string>& names) const;
  [[nodiscard]] TrainingResult result() const;

  // Of the network; the first time it is said which convolutions it has.
  [[nodiscard]] std::vector<at::Tensor> outputs(const at::Tensor& image);

  const TrainingJob& job_;
  ForwardSetup setup_;
  Training training_;
  TrainingState state_;
  GradScaler scaler_;
  DataParallel parallel_;
  bool kernels_logged_ = false;
  std::filesystem::path last_;
  std::optional<RunLog> log_;
  Clock::time_point start_;
  double waited_ = 0, trained_ = 0;  // seconds of this epoch in this process
};

Trainer::Trainer(const TrainingJob& job)
    : job_(job),
      setup_(forward_setup(job.device, job.options.precision, job.options.channels_last,
                           job.options.kernels)),
      training_{*job.network, *job.optimizer, *job.schedule, job.identity, job.config_yaml},
      scaler_(setup_.precision == Precision::fp16),
      parallel_(*job.network, job.options.sync_batch_norm),
      last_(job.folder / "last.safetensors") {
  job.network->to(setup_.device);
  std::filesystem::create_directories(job.folder);
  if (!std::filesystem::exists(last_)) return;
  state_ = load_training(last_, training_);
  scaler_.factor = state_.scale;
  scaler_.good_steps = state_.scale_good_steps;
  if (state_.finished == 0)
    log::info("Going on after epoch {} and {} batches of the next", state_.epoch, state_.batch);
}

TrainingResult Trainer::run() {
  if (state_.finished != 0 || paused()) return result();
  if (parallel_.leads()) log_.emplace(job_.folder, job_.class_names, state_.epoch, state_.updates);
  while (state_.finished == 0 && !paused()) {
    start_ = Clock::now();
    std::optional<Validation> validation;
    waited_ = 0;
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
  job_.train->start_epoch(state_.epoch);
  const std::int64_t batches = job_.train->batches_per_epoch();
  Batch skipped;
  for (std::int64_t i = 0; i < state_.batch; ++i) job_.train->next(skipped);
  Progress progress(fmt::format("epoch {}", state_.epoch + 1), batches, "batches");
  progress.advance(state_.batch);
  while (state_.batch < batches) {
    train_step(progress);
    if (parallel_.stop(stop_requested())) return false;
  }
  return true;
}

void Trainer::train_step(Progress& progress) {
  const std::int64_t batches = job_.train->batches_per_epoch();
  const std::int64_t group =
      std::min<std::int64_t>(job_.options.accumulate, batches - state_.batch);
  state_.rate = job_.schedule->rate();
  job_.optimizer->zero_grad();
  Batch batch;
  for (std::int64_t i = 0; i < group; ++i) {
    if (!next(batch))
      throw failure("The loader gave {} of the {} batches it announced", state_.batch, batches);
    set_random_step(*job_.network, parallel_.seed(job_.seed),
                    state_.epoch * batches + state_.batch);
    const at::Tensor label = batch.label.to(setup_.device);
    const at::Tensor loss = deep_supervision(*job_.loss, outputs(batch.image), label,
                                             job_.options.deep_supervision_weights);
    const double value = parallel_.mean_loss(loss.item<double>(), label.size(0), stop_requested());
    if (!std::isfinite(value))
      throw diverged(fmt::format("the loss became {}", value), parallel_.all_names(batch.names));
    scaler_.scale(group > 1 ? loss / static_cast<double>(group) : loss).backward();
    state_.loss_sum += value;
    ++state_.batch;
    progress.advance(
        1, fmt::format("loss {:.4f}", state_.loss_sum / static_cast<double>(state_.batch)));
  }
  parallel_.average_gradients(job_.optimizer->parameters());
  if (scaler_.unscale(job_.optimizer->parameters())) {
    if (job_.options.clip_norm > 0) {
      const double norm = clip_gradients(job_.optimizer->parameters(), job_.options.clip_norm);
      if (!std::isfinite(norm))
        throw diverged(fmt::format("the gradient's norm became {}", norm), batch.names);
    }
    job_.optimizer->step(state_.rate);
  }
  ++state_.updates;
  if (job_.schedule->per_step()) job_.schedule->advance(std::nullopt);
}

bool Trainer::next(Batch& batch) {
  const Clock::time_point asked = Clock::now();
  const bool more = job_.train->next(batch);
  waited_ += seconds_since(asked);
  return more;
}

std::vector<at::Tensor> Trainer::outputs(const at::Tensor& image) {
  if (kernels_logged_) return forward_all(*job_.network, image, setup_);
  kernels_logged_ = true;
  const ChosenMethods chosen;
  std::vector<at::Tensor> outputs = forward_all(*job_.network, image, setup_);
  if (setup_.kernels == Kernels::library) return outputs;
  log::info("Convolutions by train.kernels={}: {}", name_of(setup_.kernels), chosen.summary());
  for (const std::string& line : chosen.lines()) log::debug("  {}", line);
  return outputs;
}

std::optional<Validation> Trainer::validate_if_due() {
  const std::int64_t epoch = state_.epoch + 1;
  const bool due = epoch % job_.options.validate_every == 0 || epoch == job_.options.epochs;
  if (job_.tuning == nullptr || !due) return Validation{.loss = kNaN, .score = kNaN};
  parallel_.share_buffers();
  const auto validation = validate(*job_.network, *job_.loss, *job_.tuning, setup_,
                                   [&] { return parallel_.alone() && stop_requested(); });
  if (validation && !validation->diverged_on.empty())
    throw diverged(fmt::format("the loss on the tuning samples became {}", validation->loss),
                   validation->diverged_on);
  return validation;
}

void Trainer::end_epoch(const Validation& validation) {
  const EpochRecord record{.epoch = ++state_.epoch,
                           .step = state_.updates,
                           .rate = state_.rate,
                           .loss = state_.loss_sum / static_cast<double>(state_.batch),
                           .validation_loss = validation.loss,
                           .score = job_.tuning == nullptr
                                        ? -state_.loss_sum / static_cast<double>(state_.batch)
                                        : validation.score,
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
            job_.options.epochs, r.loss, validated, r.rate, r.seconds, 100 * waited_ / trained_);
  if (state_.finished != 0 && r.epoch < job_.options.epochs)
    log::info("Stopped early: no better score since epoch {}", state_.best_epoch);
}

void Trainer::save() {
  if (!parallel_.leads()) return;
  state_.scale = scaler_.factor;
  state_.scale_good_steps = scaler_.good_steps;
  save_training(last_, training_, state_);
}

Error Trainer::diverged(const std::string& what, const std::vector<std::string>& names) const {
  return failure(
      "Training stopped in epoch {}, step {}, at learning rate {:g}: {} on the samples {}; look at "
      "these, or try a lower learning rate, train.clip_norm=1 or train.precision=fp32",
      state_.epoch + 1, state_.updates + 1, state_.rate, what, some_of(names));
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
