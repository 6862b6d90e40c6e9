#include "eval/predict/ensemble.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
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

// Of `count` networks; none where they all count the same.
std::vector<double> shares(std::vector<double> weights, std::size_t count) {
  if (weights.empty()) return weights;
  if (weights.size() != count)
    throw usage_error("{} weights were given for {} networks", weights.size(), count);
  if (std::any_of(weights.begin(), weights.end(), [](double w) { return !(w > 0); }))
    throw usage_error("the weight of a network must be above 0");
  if (std::equal(weights.begin() + 1, weights.end(), weights.begin())) return {};
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

}  // namespace

Ensemble::Ensemble(std::vector<std::shared_ptr<Network>> networks, int classes, bool mirror,
                   ForwardSetup setup, std::vector<double> weights)
    : networks_(std::move(networks)),
      classes_(classes),
      mirror_(mirror),
      setup_(setup),
      weights_(shares(std::move(weights), networks_.size())) {
  if (networks_.empty())
    throw usage_error("A prediction needs at least one trained network; none was given.");
  Network& first = *networks_.front();
  dims_ = first.dims();
  for (const auto& network : networks_)
    if (network->dims() != dims_)
      throw usage_error("Networks of slices and networks of volumes cannot answer together.");
  if (dims_ == 3 && networks_.size() == 1 && !mirror_) {
    const std::int64_t features = first.feature_channels();
    averaged_ = features > 0 && features < classes_ ? Averaged::features : Averaged::logits;
  }
  for (const auto& network : networks_) {
    network->to(setup_.device);
    network->eval();
  }
}

std::int64_t Ensemble::channels() const {
  if (averaged_ == Averaged::features) return networks_.front()->feature_channels();
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
  for (std::size_t n = 0; n < networks_.size(); ++n) {
    const double weight = weights_.empty() ? 1 : weights_[n];
    const auto add = [&](const at::Tensor& p) {
      sum = sum.defined() ? sum.add_(p, weight) : p * weight;
    };
    add(softmax_of(logits(*networks_[n], batch)));
    if (mirror_) add(softmax_of(logits(*networks_[n], batch.flip({-1}))).flip({-1}));
  }
  const double networks = weights_.empty() ? static_cast<double>(networks_.size()) : 1;
  return sum.div_(networks * (mirror_ ? 2 : 1));
}

at::Tensor Ensemble::logits_of(const at::Tensor& mean) const {
  if (averaged_ == Averaged::logits) return mean;
  at::Tensor logits = forward_head(*networks_.front(), mean, setup_);
  require_classes(logits);
  return logits;
}

at::Tensor Ensemble::probabilities(const at::Tensor& mean) const {
  return averaged_ == Averaged::probabilities ? mean : softmax_of(logits_of(mean));
}

at::Tensor Ensemble::ranking(const at::Tensor& sums, const at::Tensor& weights) const {
  if (averaged_ == Averaged::probabilities) return sums;
  const at::Tensor logits = averaged_ == Averaged::logits ? sums : logits_of(sums / weights);
  // A single channel is the foreground of two classes.
  return logits.size(1) > 1 ? logits : at::cat({at::zeros_like(logits), logits}, 1);
}

}  // namespace myoseg
