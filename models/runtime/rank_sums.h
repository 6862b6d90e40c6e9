// LibTorch's groups of processes: Gloo for tensors in the processor's memory, NCCL for those of
// GPUs, as far as this LibTorch has them.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/csrc/distributed/c10d/Work.hpp>

#include "models/runtime/ranks.h"

namespace myoseg {

class RankSums {
 public:
  using Pending = c10::intrusive_ptr<c10d::Work>;

  // Whether there is any group here.
  [[nodiscard]] static bool available();

  RankSums(const Ranks& ranks, const c10::intrusive_ptr<c10d::TCPStore>& store);
  ~RankSums();
  RankSums(const RankSums&) = delete;
  RankSums& operator=(const RankSums&) = delete;

  // Where tensors that are on `device` are summed: there, or where there is a group.
  [[nodiscard]] at::Device device_for(at::Device device) const;
  // Of contiguous tensors on such a device; begun, not awaited.
  [[nodiscard]] Pending sum(const at::Tensor& tensor);
  [[nodiscard]] Pending broadcast(const at::Tensor& tensor);

 private:
  struct Groups;
  std::unique_ptr<Groups> groups_;
  int local_;
};

}  // namespace myoseg
