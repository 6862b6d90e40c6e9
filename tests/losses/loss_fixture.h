// Losses from YAML, random logits and labels.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "losses/loss.h"

namespace myoseg::testing {

// make_loss("{dice: {squared: true}}"): as the key `loss` of a configuration.
std::unique_ptr<Loss> make_loss(const std::string& yaml);
// The same, read and written again.
Node rewritten_loss(const std::string& yaml);
// What binding it says is wrong; empty when nothing is.
std::string loss_faults(const std::string& yaml);

at::Tensor random_logits(std::vector<std::int64_t> shape, at::ScalarType type = at::kDouble);
at::Tensor random_labels(std::vector<std::int64_t> shape, std::int64_t labels);

// Value and gradient.
std::pair<double, at::Tensor> value_and_gradient(const Loss& loss, const at::Tensor& logits,
                                                 const at::Tensor& labels);
// The sentence of the error that the loss throws.
std::string sentence_of(const Loss& loss, const at::Tensor& logits, const at::Tensor& labels);

}  // namespace myoseg::testing
