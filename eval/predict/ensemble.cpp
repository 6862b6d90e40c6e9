#include "eval/predict/ensemble.h"

#include <ATen/ATen.h>

#include <utility>

#include "core/error.h"
#include "models/network.h"

namespace myoseg {
namespace {

// Logits of all classes -> their probabilities; a single channel is the foreground of two classes.
at::Tensor softmax_of(const at::Tensor& logits) {
  if (logits.size(1) > 1) return at::softmax(logits, 1);
  const at::Tensor foreground = at::sigmoid(logits);
  return at::cat({1 - foreground, foreground}, 1);
}

}  // namespace

Ensemble::Ensemble(std::vector<std::shared_ptr<Network>> networks, int classes, bool mirror,
                   ForwardSetup setup)
    : networks_(std::move(networks)), classes_(classes), mirror_(mirror), setup_(setup) {
  if (networks_.empty())
    throw usage_error("A prediction needs at least one trained network; none was given.");
  dims_ = network().dims();
  if (dims_ == 3 && networks_.size() == 1 && !mirror_) {
    const std::int64_t features = network().feature_channels();
    averaged_ = features > 0 && features < classes_ ? Averaged::features : Averaged::logits;
  }
  for (const auto& network : networks_) {
    network->to(setup_.device);
    network->eval();
  }
}

std::int64_t Ensemble::channels() const {
  if (averaged_ == Averaged::features) return network().feature_channels();
  return averaged_ == Averaged::logits ? classes_ : classes();
}

void Ensemble::require_classes(const at::Tensor& logits) const {
  if (logits.size(1) != classes_)
    throw usage_error(
        "The network gives {} classes where {} were expected; the checkpoint is of another data "
        "set.",
        logits.size(1), classes_);
}

at::Tensor Ensemble::logits(Network& network, const at::Tensor& batch) const {
  at::Tensor logits = forward(network, batch, setup_);
  require_classes(logits);
  return logits;
}

at::Tensor Ensemble::scores(const at::Tensor& batch) const {
  Network& first = *networks_.front();
  if (averaged_ == Averaged::features) return forward_features(first, batch, setup_);
  if (averaged_ == Averaged::logits) return logits(first, batch);
  at::Tensor sum;
  const auto add = [&](const at::Tensor& p) { sum = sum.defined() ? sum.add_(p) : p.clone(); };
  for (const auto& network : networks_) {
    add(softmax_of(logits(*network, batch)));
    if (mirror_) add(softmax_of(logits(*network, batch.flip({-1}))).flip({-1}));
  }
  return sum.div_(static_cast<double>(networks_.size() * (mirror_ ? 2 : 1)));
}

at::Tensor Ensemble::probabilities(const at::Tensor& mean) const {
  if (averaged_ == Averaged::probabilities) return mean;
  if (averaged_ == Averaged::logits) return softmax_of(mean);
  const at::Tensor logits = forward_head(*networks_.front(), mean, setup_);
  require_classes(logits);
  return softmax_of(logits);
}

}  // namespace myoseg
