// The processes of a training behind Communicator: LibTorch's store of keys, its group of processes
// and the watch over who is alive.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "core/error.h"
#include "models/runtime/ranks.h"

namespace myoseg {

class RankGroup {
 public:
  explicit RankGroup(const Ranks& ranks);
  ~RankGroup();
  RankGroup(const RankGroup&) = delete;
  RankGroup& operator=(const RankGroup&) = delete;

  // Where tensors of that device are summed.
  [[nodiscard]] at::Device device_for(at::Device device) const;
  // Of contiguous tensors on such a device. On a GPU only begun: what it computes from here on
  // waits for the sum, not this thread.
  void sum(const at::Tensor& tensor);
  void broadcast(const at::Tensor& tensor);
  // Waits for those that were only begun; before this thread waits for the GPU otherwise.
  void settle();
  void tell(const std::string& key, const std::string& text);
  // Waits for it.
  [[nodiscard]] std::string hear(const std::string& key);
  void tell_failure(const Error& error);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace myoseg
