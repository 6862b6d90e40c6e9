// The processes that train one network together: sums over all of them, and what becomes of them
// when one dies or does not answer.
//
// Tensors are summed by LibTorch's Gloo, those of GPUs by NCCL where LibTorch's headers have it,
// else through the processor's memory. Each process tells the others every two seconds that it is
// alive. Where a sum cannot be completed, each of those that are left throws one Error that names
// the process which is missing.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "models/runtime/ranks.h"

namespace myoseg {

class Communicator {
 public:
  // Of this process; alone until it joins others.
  static Communicator& world();

  // Meets the others. Error(failed) when they do not come within some minutes, or when LibTorch was
  // built without Gloo.
  void join(const Ranks& ranks);

  [[nodiscard]] int rank() const { return ranks_.rank; }
  [[nodiscard]] int size() const { return ranks_.size; }
  [[nodiscard]] int local() const { return ranks_.local; }
  [[nodiscard]] bool alone() const { return ranks_.size == 1; }
  [[nodiscard]] bool leads() const { return ranks_.rank == 0; }

  // Whether batch norm counts the rows of all processes; never when alone.
  void share_norms(bool share) { shares_norms_ = share; }
  [[nodiscard]] bool shares_norms() const { return shares_norms_ && !alone(); }

  // In place, the same bits in every process; without effect when alone. All processes call them in
  // the same order with tensors of the same shape and type. Error as above.
  void sum(const at::Tensor& tensor);
  void broadcast(const at::Tensor& tensor);  // rank 0's
  // Waits for those that GPUs were asked for, before this process waits for its GPU otherwise,
  // which would wait for ever for a process that is gone. Error as above.
  void settle();
  // Each process' numbers, by rank; all of the same count.
  [[nodiscard]] std::vector<std::vector<double>> gather(const std::vector<double>& mine);

  // Rank 0's text in every process. However long it takes, while rank 0 is alive.
  [[nodiscard]] std::string broadcast_text(const std::string& text);
  // Each process' text, by rank, when the last has come.
  [[nodiscard]] std::vector<std::string> gather_texts(const std::string& text);

  // For a process that ends with an error: the others end with it too.
  void tell_failure(const Error& error);

 private:
  struct Group;
  Communicator();

  Ranks ranks_;
  std::unique_ptr<Group> group_;
  bool shares_norms_ = false;
  std::int64_t texts_ = 0;  // exchanged so far
};

}  // namespace myoseg
