// The memory that tensors hold while a step is computed: what a step needs beside the program.
#pragma once

#include <cstdint>
#include <memory>

namespace myoseg {

// Counts the bytes of the tensors that this thread makes while it lives, on any device: the
// backward pass of a processor runs on the thread that asks for it. Memory that LibTorch's
// libraries take for themselves is not seen. Not nested.
class TensorMemory {
 public:
  TensorMemory();
  ~TensorMemory();
  TensorMemory(const TensorMemory&) = delete;
  TensorMemory& operator=(const TensorMemory&) = delete;

  [[nodiscard]] std::int64_t held_bytes() const;  // made since and not freed
  [[nodiscard]] std::int64_t peak_bytes() const;  // the most that were held at once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace myoseg
