#include "models/runtime/rank_sums.h"

#include <torch/cuda.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <vector>

#if defined(USE_C10D_GLOO) && __has_include(<gloo/algorithm.h>)
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#define MYOSEG_HAS_GLOO
#endif
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>)
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#define MYOSEG_HAS_NCCL
#endif

namespace myoseg {
namespace {

// RankGroup decides when a sum takes too long, and says whom it waits for.
[[maybe_unused]] constexpr std::chrono::minutes kNever{30};

}  // namespace

struct RankSums::Groups {
#ifdef MYOSEG_HAS_GLOO
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
#endif
#ifdef MYOSEG_HAS_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl;
#endif

  // Begins `work(group)` with the group of that device.
  template <class Begin>
  Pending begin(at::Device device, const Begin& begin) {
#ifdef MYOSEG_HAS_NCCL
    if (device.is_cuda()) return begin(*nccl);
#endif
#ifdef MYOSEG_HAS_GLOO
    if (device.is_cpu()) return begin(*gloo);
#endif
    static_cast<void>(begin);
    throw std::logic_error("no group of processes sums on " + device.str());
  }
};

bool RankSums::available() {
#if defined(MYOSEG_HAS_GLOO)
  return true;
#elif defined(MYOSEG_HAS_NCCL)
  return torch::cuda::device_count() > 0;
#else
  return false;
#endif
}

RankSums::RankSums(const Ranks& ranks, const c10::intrusive_ptr<c10d::TCPStore>& store)
    : groups_(std::make_unique<Groups>()), local_(ranks.local) {
#ifdef MYOSEG_HAS_GLOO
  auto options = c10d::ProcessGroupGloo::Options::create(kNever);
  // On one machine its own loop; else the network card that the machine's name stands for.
  const bool loop = ranks.address == "127.0.0.1" || ranks.address == "localhost";
  options->devices.push_back(loop ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                  : c10d::ProcessGroupGloo::createDefaultDevice());
  groups_->gloo =
      c10::make_intrusive<c10d::ProcessGroupGloo>(store, ranks.rank, ranks.size, options);
#endif
#ifdef MYOSEG_HAS_NCCL
  if (torch::cuda::device_count() > 0)
    groups_->nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, ranks.rank, ranks.size);
#endif
  static_cast<void>(store);
}

RankSums::~RankSums() = default;

at::Device RankSums::device_for([[maybe_unused]] at::Device device) const {
  [[maybe_unused]] const auto gpus = static_cast<int>(torch::cuda::device_count());
#ifdef MYOSEG_HAS_NCCL
  if (device.is_cuda()) return device;
#endif
#ifdef MYOSEG_HAS_GLOO
  return at::kCPU;
#else
  return {at::kCUDA, static_cast<at::DeviceIndex>(local_ % std::max(1, gpus))};
#endif
}

RankSums::Pending RankSums::sum(const at::Tensor& tensor) {
  std::vector<at::Tensor> tensors{tensor};
  return groups_->begin(tensor.device(), [&](auto& group) { return group.allreduce(tensors); });
}

RankSums::Pending RankSums::broadcast(const at::Tensor& tensor) {
  std::vector<at::Tensor> tensors{tensor};
  return groups_->begin(tensor.device(), [&](auto& group) { return group.broadcast(tensors); });
}

}  // namespace myoseg
