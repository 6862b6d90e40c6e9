#include "models/runtime/recorded_step.h"

#include <ATen/ATen.h>

#include "core/error.h"
#include "models/runtime/side_stream.h"

#ifdef MYOSEG_CUDA_HEADERS
#include <ATen/cuda/CUDAGraph.h>
#endif

namespace myoseg {

#ifdef MYOSEG_CUDA_HEADERS

namespace {

constexpr int kWarmUp = 3;  // batches before the recording, as in PyTorch's guide

}  // namespace

struct RecordedStep::State {
  State(at::Device device, std::vector<at::Tensor> of)
      : stream(device), parameters(std::move(of)) {}

  void record(const Compute& compute) {
    // Of this thread alone: the loader's threads may ask CUDA for memory meanwhile.
    const auto begin = [&] { graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal); };
    try {
      stream.run([&] {
        begin();
        loss = compute(image, label);
        graph.capture_end();
      });
    } catch (const c10::Error& error) {
      const std::string what = error.what_without_backtrace();
      throw usage_error(
          "train.cuda_graph: the step of this network and loss cannot be recorded ({}); leave "
          "train.cuda_graph out",
          what.substr(0, what.find('\n')));
    }
    for (const at::Tensor& parameter : parameters) gradients.push_back(parameter.grad());
  }

  void play() {
    graph.replay();
    for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].mutable_grad() = gradients[i];
  }

  SideStream stream;
  std::vector<at::Tensor> parameters;
  int computed = 0;
  at::cuda::CUDAGraph graph;
  // What the recording reads and writes.
  at::Tensor image, label, loss;
  std::vector<at::Tensor> gradients;
};

at::Tensor RecordedStep::run(const at::Tensor& image, const at::Tensor& label,
                             const Compute& compute) {
  State& s = *state_;
  if (s.computed < kWarmUp) {
    ++s.computed;
    at::Tensor loss;
    s.stream.run([&] { loss = compute(image, label); });
    return loss;
  }
  const bool first = !s.loss.defined();
  if (first) {
    s.image = image.clone();
    s.label = label.clone();
    s.record(compute);
  }
  if (image.sizes() != s.image.sizes())
    throw usage_error("train.cuda_graph: a batch has another shape than the recorded one");
  if (!first) {
    s.image.copy_(image);
    s.label.copy_(label);
  }
  s.play();
  return s.loss.clone();
}

#else

struct RecordedStep::State {
  State(at::Device, std::vector<at::Tensor>) {
    throw usage_error(
        "train.cuda_graph: this program was built without CUDA's headers; leave it out, or build "
        "with scripts/build.sh cuda");
  }
};

at::Tensor RecordedStep::run(const at::Tensor& image, const at::Tensor& label,
                             const Compute& compute) {
  return compute(image, label);
}

#endif

RecordedStep::RecordedStep(at::Device device, std::vector<at::Tensor> parameters) {
  if (!device.is_cuda())
    throw usage_error(
        "train.cuda_graph records steps of a GPU, and this training computes on {}; leave it out",
        device.is_cpu() ? "the processor" : device.str());
  state_ = std::make_unique<State>(device, std::move(parameters));
}

RecordedStep::~RecordedStep() = default;

}  // namespace myoseg
