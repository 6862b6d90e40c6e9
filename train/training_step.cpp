#include "train/training_step.h"

#include <ATen/ATen.h>

#include "core/error.h"
#include "core/log.h"
#include "losses/deep_supervision.h"
#include "models/networks.h"
#include "models/runtime/chosen_methods.h"

namespace myoseg {
namespace {

// What of a training cannot be recorded, as its user says it; empty: nothing.
std::string not_recorded(const TrainingJob& job, const ForwardSetup& setup) {
  const TrainOptions& o = job.options;
  if (setup.precision == Precision::fp16) return "train.precision=fp16";
  if (o.accumulate > 1) return fmt::format("train.accumulate={}", o.accumulate);
  if (Communicator::world().shares_norms()) return "train.sync_batch_norm=true";
  return "";
}

std::unique_ptr<RecordedStep> recorded_step(const TrainingJob& job, const ForwardSetup& setup) {
  if (!job.options.cuda_graph) return nullptr;
  auto recorded = std::make_unique<RecordedStep>(setup.device, job.network->parameters());
  if (const std::string what = not_recorded(job, setup); !what.empty())
    throw usage_error("train.cuda_graph cannot record steps with {}; leave one of the two out",
                      what);
  return recorded;
}

}  // namespace

TrainingStep::TrainingStep(const TrainingJob& job, DataParallel& parallel)
    : job_(job),
      parallel_(parallel),
      setup_(forward_setup(job.device, job.options.precision, job.options.channels_last,
                           job.options.kernels)),
      scaler_(setup_.precision == Precision::fp16),
      recorded_(recorded_step(job, setup_)) {
  job.network->to(setup_.device);
}

at::Tensor TrainingStep::differentiate(const Batch& batch, std::int64_t batches,
                                       std::int64_t number) {
  const auto compute = [&](const at::Tensor& image, const at::Tensor& label) {
    const at::Tensor loss =
        deep_supervision(*job_.loss, outputs(image), label, job_.options.deep_supervision_weights);
    scaler_.scale(batches > 1 ? loss / static_cast<double>(batches) : loss).backward();
    return loss.detach();
  };
  parallel_.compute_rows(batch.label.size(0));
  set_random_step(*job_.network, parallel_.seed(job_.seed), number);
  return recorded_ ? recorded_->run(batch.image, batch.label, compute)
                   : compute(batch.image, batch.label);
}

std::optional<at::Tensor> TrainingStep::update(double rate) {
  const NamedTensors& parameters = job_.optimizer->parameters();
  parallel_.average_gradients(parameters);
  if (!scaler_.unscale(parameters)) return {};
  std::optional<at::Tensor> norm;
  if (job_.options.clip_norm > 0) norm = clip_gradients(parameters, job_.options.clip_norm);
  job_.optimizer->step(rate);
  return norm;
}

std::vector<at::Tensor> TrainingStep::outputs(const at::Tensor& image) {
  if (kernels_logged_) return forward_all(*job_.network, image, setup_);
  kernels_logged_ = true;
  const ChosenMethods chosen;
  std::vector<at::Tensor> outputs = forward_all(*job_.network, image, setup_);
  if (setup_.kernels == Kernels::library) return outputs;
  log::info("Convolutions by train.kernels={}: {}", name_of(setup_.kernels), chosen.summary());
  for (const std::string& line : chosen.lines()) log::debug("  {}", line);
  return outputs;
}

}  // namespace myoseg
