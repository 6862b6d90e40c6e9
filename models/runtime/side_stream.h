// A stream of a GPU beside the one in which its computation runs; the one place that knows of
// streams. Elsewhere everything is done at once, by the caller.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>
#include <c10/core/Stream.h>

#include <functional>
#include <optional>

namespace myoseg {

class SideStream {
 public:
  explicit SideStream(at::Device device);

  // `host` on the device. To a GPU, and from pinned memory, the copy is only begun: it runs while
  // the GPU computes, and what is computed after join() may use it. `host` may be freed.
  [[nodiscard]] at::Tensor copy(const at::Tensor& host);
  // The computation that is asked for from here on waits for the copies.
  void join();

  // Runs `work` with its computation in this stream, after what was asked for before and before
  // what is asked for afterwards.
  void run(const std::function<void()>& work);

 private:
  // What is asked of `second` from here on waits for what was asked of `first`.
  void order(const c10::Stream& first, const c10::Stream& second);

  at::Device device_;
  std::optional<c10::Stream> stream_;
  std::optional<c10::Event> event_;
};

}  // namespace myoseg
