// Networks that answer together, and what of their answers is averaged over windows.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/networks.h"
#include "models/runtime/forward.h"

namespace myoseg {

// What is averaged are the mean probabilities of networks, of any architectures, and mirrored
// images; of volumes that one
// network sees unmirrored, it is that network's logits, whose mean becomes probabilities (as
// MONAI's and nnU-Net's), or the features that they are made of where these are fewer, which is the
// same but for rounding.
class Ensemble {
 public:
  // The networks are moved to the setup's device and put into evaluation mode, and stay so. One
  // class means one output channel whose sigmoid is the foreground's probability; more mean a
  // softmax. `mirror`: also of the image mirrored left to right. `weights`: what each network's
  // probabilities count, above 0; empty: all the same. Error(bad_usage) without networks, for as
  // many weights as there are no networks, and where some networks see slices and others volumes.
  Ensemble(std::vector<std::shared_ptr<Network>> networks, int classes, bool mirror,
           ForwardSetup setup, std::vector<double> weights = {});

  // Of a batch (N,C,[D,]H,W) of windows what is averaged of them, (N,channels(),[D,]H,W).
  // Error(bad_usage) when the networks have not as many classes.
  [[nodiscard]] at::Tensor scores(const at::Tensor& batch) const;
  // Of such a mean the probabilities (N, max(classes, 2), [D,]H,W).
  [[nodiscard]] at::Tensor probabilities(const at::Tensor& mean) const;
  // Of sums of what is averaged, and of their weights, numbers that are highest for the class whose
  // mean probability is: the same class for less work.
  [[nodiscard]] at::Tensor ranking(const at::Tensor& sums, const at::Tensor& weights) const;

  [[nodiscard]] std::int64_t channels() const;
  [[nodiscard]] int classes() const { return classes_ == 1 ? 2 : classes_; }
  [[nodiscard]] int dims() const { return dims_; }
  [[nodiscard]] std::span<const std::shared_ptr<Network>> networks() const { return networks_; }
  [[nodiscard]] at::Device device() const { return setup_.device; }

 private:
  enum class Averaged { probabilities, logits, features };

  [[nodiscard]] at::Tensor logits(Network& network, const at::Tensor& batch) const;
  // Those of averaged features or logits.
  [[nodiscard]] at::Tensor logits_of(const at::Tensor& mean) const;
  void require_classes(const at::Tensor& logits) const;

  std::vector<std::shared_ptr<Network>> networks_;
  int classes_;
  bool mirror_;
  ForwardSetup setup_;
  std::vector<double> weights_;  // sum up to 1; empty: all the same
  int dims_ = 2;
  Averaged averaged_ = Averaged::probabilities;
};

}  // namespace myoseg
