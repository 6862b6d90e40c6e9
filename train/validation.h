// Losses and overlap of a network on the tuning samples (slices or patches).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/load/loader.h"
#include "losses/loss.h"
#include "models/runtime/forward.h"

namespace myoseg {

// Dice 2 TP / (2 TP + FP + FN) of each foreground class from a confusion matrix
// counts[label][prediction] (row-major, classes * classes; two classes stand for one sigmoid
// channel); NaN where the class is in neither.
[[nodiscard]] std::vector<double> dice_of_counts(const std::vector<std::int64_t>& counts,
                                                 int classes);

struct Validation {
  double loss = 0;   // mean over samples
  double score = 0;  // mean of class_dice over the classes that occur
  // Counts are pooled over all samples first, as in nnU-Net's pseudo Dice.
  std::vector<double> class_dice{};
  // First samples whose loss is not a number: then the rest is not set.
  std::vector<std::string> diverged_on{};
};

// nullopt when `stop` says so between two batches. Error(bad_data) when no sample has any
// foreground.
[[nodiscard]] std::optional<Validation> validate(Network& network, const Loss& loss, Loader& tuning,
                                                 const ForwardSetup& setup,
                                                 const std::function<bool()>& stop);

// "case a z=3, case a z=4 and 6 more", for messages.
[[nodiscard]] std::string some_of(const std::vector<std::string>& names);

}  // namespace myoseg
