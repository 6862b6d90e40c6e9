#include "tests/train/training_fixture.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <array>

#include "core/fields/pick.h"
#include "core/threads.h"
#include "models/blocks/operations.h"
#include "models/network.h"
#include "models/networks.h"
#include "tests/data/load/case_fixture.h"

namespace myoseg::testing {
namespace {

struct Parts {
  Pick<OptimizerEntry> optimizer;
  Pick<ScheduleEntry> schedule;
};
void describe(Fields& f, Parts& p) {
  f("optimizer", p.optimizer, "The optimiser.");
  f("schedule", p.schedule, "The schedule.");
}

Parts parts_of(const std::string& kind, const std::string& name,
               const std::vector<std::pair<std::string, Node>>& options) {
  Node values(Node::Map{}), parts(Node::Map{});
  values.set("name", Node(name));
  for (const auto& [key, value] : options) values.set(key, value);
  parts.set(kind, values);
  return bind<Parts>(parts);
}

// Dark where the label is 1, bright where it is 2, so that there is something to learn.
CachedCase small_case(const std::filesystem::path& folder, int number) {
  const std::string id = "case_" + std::to_string(number);
  if (const auto file = folder / (id + ".case"); std::filesystem::exists(file))
    return CachedCase(file);
  Prepared p = prepared_case(static_cast<std::uint64_t>(number), 5, 16, 14);
  constexpr std::array<float, 3> kBrightness = {0, -1, 1};
  for (std::size_t i = 0; i < p.image.voxels.size(); ++i)
    p.image.voxels[i] = 0.2f * p.image.voxels[i] + kBrightness[p.label.voxels[i]];
  return write_case(folder, id, p);
}

std::unique_ptr<Loader> loader_of(std::vector<CachedCase> cases, const AugmentOptions* augment) {
  LoaderOptions options;
  options.batch_size = 2;
  return std::make_unique<Loader>(std::move(cases), Slices::all, options, augment, 5);
}

}  // namespace

SmallNetwork::SmallNetwork(int classes, bool with_norm_and_dropout) {
  first_ =
      register_module("first", std::make_shared<Conv>(ConvOptions{.dims = 2, .in = 1, .out = 4}));
  if (with_norm_and_dropout) {
    norm_ = register_module("norm", std::shared_ptr<Layer>(make_norm(Norm::batch, 2, 4)));
    dropout_ = register_module("dropout", std::make_shared<Dropout>(0.2));
  }
  head_ = register_module(
      "head", std::make_shared<Conv>(
                  ConvOptions{.dims = 2, .in = 4, .out = classes, .kernel = {1}, .padding = {0}}));
}

at::Tensor SmallNetwork::forward(at::Tensor x) {
  x = (*first_)(x);
  if (norm_) x = (*norm_)(x);
  x = activate(x, Activation::relu);
  if (dropout_) x = (*dropout_)(x);
  return (*head_)(x);
}

at::Tensor WatchedLoss::operator()(const at::Tensor& logits, const at::Tensor& labels) const {
  if (at::GradMode::is_enabled()) {
    if (on_training) on_training(trained_);
    ++trained_;
  } else {
    if (on_validation) on_validation(validated_);
    ++validated_;
  }
  return at::cross_entropy_loss(logits, labels) * factor;
}

NamedTensors parameters_of(const Network& network) {
  NamedTensors parameters;
  for (const auto& item : network.named_parameters())
    parameters.emplace_back(item.key(), item.value());
  return parameters;
}

std::unique_ptr<Optimizer> make_optimizer(
    const std::string& name, const NamedTensors& parameters,
    const std::vector<std::pair<std::string, Node>>& options) {
  return parts_of("optimizer", name, options).optimizer.make(parameters);
}

std::unique_ptr<Schedule> make_schedule(const std::string& name, double base_rate,
                                        std::int64_t epochs, std::int64_t steps_per_epoch,
                                        const std::vector<std::pair<std::string, Node>>& options) {
  const Parts parts = parts_of("schedule", name, options);
  auto schedule = parts.schedule.make(ScheduleIo{base_rate, epochs});
  return schedule->per_step() ? parts.schedule.make(ScheduleIo{base_rate, epochs * steps_per_epoch})
                              : std::move(schedule);
}

TrainingFixture::TrainingFixture(const std::filesystem::path& data,
                                 const std::filesystem::path& folder, FixtureOptions options) {
  set_thread_count(1);  // the networks are too small for more
  AugmentOptions augment;
  augment.enabled = options.augment;
  train_ = loader_of({small_case(data, 1), small_case(data, 2)}, &augment);
  if (options.tuning) tuning_ = loader_of({small_case(data, 3)}, nullptr);

  const auto network =
      std::make_shared<SmallNetwork>(options.classes, options.with_norm_and_dropout);
  initialise(*network, 3);
  optimizer_ =
      make_optimizer(options.optimizer, parameters_of(*network), options.optimizer_options);
  const std::int64_t steps =
      (train_->batches_per_epoch() + options.train.accumulate - 1) / options.train.accumulate;
  schedule_ = make_schedule(options.schedule, optimizer_->base_learning_rate(),
                            options.train.epochs, steps, options.schedule_options);
  job.folder = folder;
  job.network = network;
  job.loss = &loss;
  job.optimizer = optimizer_.get();
  job.schedule = schedule_.get();
  job.train = train_.get();
  job.tuning = tuning_.get();
  job.options = options.train;
  job.seed = 17;
  job.identity = options.identity;
  job.config_yaml = "model: small\n";
  job.class_names = {"psoas", "spinae"};
}

TrainingResult TrainingFixture::run() { return train(job); }

}  // namespace myoseg::testing
