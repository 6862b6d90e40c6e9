// One training by several processes: each computes its rows of every batch, and all take the same
// step.
//
// The gradient of a batch is the mean over its samples, whoever computed them; so where the loss is
// a mean over samples, N processes come to the weights of one, but for the order in which
// floating-point numbers are summed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/network.h"
#include "models/runtime/communicator.h"
#include "models/weights/safetensors.h"

namespace myoseg {

class DataParallel {
 public:
  // Of the processes of Communicator::world(); alone everything below changes nothing.
  DataParallel(Network& network, bool sync_batch_norm);

  [[nodiscard]] bool alone() const { return world_.alone(); }
  // Whether this process writes files and tells of the epochs.
  [[nodiscard]] bool leads() const { return world_.leads(); }
  // Of dropout and the like: other numbers in every process.
  [[nodiscard]] std::uint64_t seed(std::uint64_t seed) const;

  // This process computes so many rows of every batch from here on.
  void compute_rows(std::int64_t rows);
  // The mean losses of whole batches, from those of this process' rows. Asks the others, too,
  // whether one of them was asked to stop.
  [[nodiscard]] std::vector<double> mean_losses(const std::vector<double>& losses, bool stop);
  // Before this process waits for numbers of its GPU, see Communicator::settle().
  void settle() const { world_.settle(); }
  // Whether this process, `now`, or one of several was asked to stop when the last mean was made.
  [[nodiscard]] bool stop(bool now) const { return world_.alone() ? now : stop_; }
  // The samples of every process, when they all have to tell of a batch.
  [[nodiscard]] std::vector<std::string> all_names(const std::vector<std::string>& names) const;
  // Gradients of the whole batch, from those of this process' rows; in buckets, the same bits in
  // every process.
  void average_gradients(const NamedTensors& parameters) const;
  // Running means of batch norm as rank 0 has them, before they are used.
  void share_buffers() const;

 private:
  Communicator& world_;
  Network& network_;
  std::vector<double> rows_;  // of a batch, by process; empty when alone
  double share_ = 1;          // this process' part of the batch
  bool stop_ = false;
};

}  // namespace myoseg
