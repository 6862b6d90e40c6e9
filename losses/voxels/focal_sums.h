// Sums over voxels of the focal loss of each class by itself (Lin et al., ICCV 2017): the binary
// cross-entropy of the sigmoid, times how wrong it is.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace myoseg {

struct FocalSumsOptions {
  double gamma = 2;
  std::optional<double> alpha{};      // a voxel of the class weighs alpha, any other 1 - alpha
  std::optional<double> threshold{};  // ((1-p)/threshold)^gamma, and 1 where p is below it
  std::int64_t ignored = 0;           // voxels with this label count nowhere
};

// Of each sample and class, [N,C] float64; p is the probability of what the label says.
struct FocalSums {
  at::Tensor loss;   // sum of (1-p)^gamma * -log p
  at::Tensor focus;  // sum of (1-p)^gamma
};

// logits (N,C,[D,]H,W) float32 or float64, labels (N,[D,]H,W); a single channel is the class 1. On
// a CPU no bit depends on the number of threads. The labels must be good.
[[nodiscard]] FocalSums focal_sums(const at::Tensor& logits, const at::Tensor& labels,
                                   const FocalSumsOptions& options);
// The same by ordinary ATen operations: for other devices, and as the reference of the kernel
// above.
[[nodiscard]] FocalSums focal_sums_plain(const at::Tensor& logits, const at::Tensor& labels,
                                         const FocalSumsOptions& options);

}  // namespace myoseg
