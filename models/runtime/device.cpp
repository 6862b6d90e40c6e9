#include "models/runtime/device.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "core/error.h"
#include "core/threads.h"
#include "models/runtime/communicator.h"
#include "models/runtime/large_blocks.h"
#include "models/runtime/torch_compat.h"

namespace myoseg {
namespace {

at::Device cuda_device(const std::string& name, int index) {
  const int count = gpu_count();
  if (count == 0)
    throw usage_error(
        "device '{}': this program sees no CUDA device; use device=cpu, or a LibTorch "
        "built for CUDA",
        name);
  if (index >= count)
    throw usage_error("device '{}': only {} CUDA device{} here; use device=cuda:{} or lower", name,
                      count, count == 1 ? " is" : "s are", count - 1);
  // cuBLAS is deterministic only with a workspace of fixed size, read when it starts.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  compat::use_deterministic_cuda();
  return {at::kCUDA, static_cast<at::DeviceIndex>(index)};
}

// The first GPU; of several processes on this machine each has another one.
at::Device own_device(const std::string& name) {
  return cuda_device(name, Communicator::world().local() % std::max(1, gpu_count()));
}

}  // namespace

int gpu_count() { return static_cast<int>(torch::cuda::device_count()); }

at::Device resolve_device(const std::string& name) {
  if (name == "cpu") return at::kCPU;
  if (name == "auto") return torch::cuda::is_available() ? own_device(name) : at::Device(at::kCPU);
  if (name == "cuda") return own_device(name);
  int index = -1;
  if (name.starts_with("cuda:")) {
    const char* last = name.data() + name.size();
    const auto [end, fault] = std::from_chars(name.data() + 5, last, index);
    if (fault == std::errc() && end == last && index >= 0) return cuda_device(name, index);
  }
  throw usage_error("device '{}' is not known; use auto, cpu, cuda or cuda:NUMBER", name);
}

void use_threads() { at::set_num_threads(thread_count()); }

void keep_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);  // a block with a mapping of its own goes back when it is freed
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
  keep_large_blocks();
}

void release_large_blocks() {
#ifdef __GLIBC__
  static const bool done = [] {
    constexpr int kBlocks = 65536, kBytes = 32 << 20;  // the C library's own limits
    mallopt(M_MMAP_MAX, kBlocks);
    mallopt(M_MMAP_THRESHOLD, kBytes);
    return true;
  }();
  static_cast<void>(done);
#endif
}

}  // namespace myoseg
