// Notes what the layers do during a forward pass: for network_info.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace myoseg {

// Records the layers that run on this thread while it lives. Not nested.
class ForwardRecorder {
 public:
  struct Call {
    const torch::nn::Module* layer;
    std::string type;
    std::vector<std::int64_t> output;
    std::int64_t multiply_adds;
  };

  ForwardRecorder();
  ~ForwardRecorder();
  ForwardRecorder(const ForwardRecorder&) = delete;
  ForwardRecorder& operator=(const ForwardRecorder&) = delete;

  // The one that is running on this thread, or null.
  [[nodiscard]] static ForwardRecorder* running();

  void ran(Call call) { calls_.push_back(std::move(call)); }
  // `x` is needed by the backward pass; memory that several layers keep counts once.
  void keeps(const at::Tensor& x);
  // What runs until end_block() can be recomputed from `inputs`. Not nested.
  void begin_block(const std::vector<at::Tensor>& inputs);
  void end_block();

  [[nodiscard]] const std::vector<Call>& calls() const { return calls_; }
  [[nodiscard]] std::int64_t kept_bytes() const;
  [[nodiscard]] std::int64_t largest_kept_bytes() const;  // of one tensor
  // Where blocks keep their inputs alone: what is kept until the backward pass, and what the block
  // that keeps most needs beside that while it is recomputed.
  [[nodiscard]] std::int64_t kept_between_blocks_bytes() const;
  [[nodiscard]] std::int64_t largest_block_bytes() const { return largest_block_bytes_; }

 private:
  // Bytes by storage. Weak references keep addresses from reuse and leave the memory free to go.
  struct Memory {
    c10::weak_intrusive_ptr<c10::StorageImpl> storage;
    std::int64_t bytes;
  };
  using Kept = std::map<const c10::StorageImpl*, Memory>;
  static void add(Kept& kept, const at::Tensor& x);
  static std::int64_t sum_of(const Kept& kept);

  std::vector<Call> calls_;
  Kept kept_, kept_between_blocks_, kept_in_block_;
  bool in_block_ = false;
  std::int64_t largest_block_bytes_ = 0;
};

}  // namespace myoseg
