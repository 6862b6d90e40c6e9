// Batch norm over the rows of all processes that train together.
#pragma once

#include <ATen/core/Tensor.h>

namespace myoseg {

// What at::batch_norm does in training (Ioffe and Szegedy, ICML 2015) with mean and variance over
// (N,spatial) of every process' x (N,C,...), which have the same number of rows; the running
// statistics move as there. Gradients flow through the statistics, as if one process had all rows.
[[nodiscard]] at::Tensor sync_batch_norm(const at::Tensor& x, const at::Tensor& weight,
                                         const at::Tensor& bias, const at::Tensor& running_mean,
                                         const at::Tensor& running_var, double momentum,
                                         double eps);

}  // namespace myoseg
