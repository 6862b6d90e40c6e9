#include "models/runtime/libtorch_facts.h"

#include <dlfcn.h>
#include <torch/version.h>

#include "models/runtime/device.h"
#include "models/runtime/rank_sums.h"

namespace myoseg {
namespace {

// A LibTorch for GPUs has a library of its own for them, which this program is linked with.
bool has_cuda_library() {
  void* library = dlopen("libtorch_cuda.so", RTLD_NOLOAD | RTLD_LAZY);
  if (library != nullptr) dlclose(library);
  return library != nullptr;
}

}  // namespace

LibtorchFacts libtorch_facts() {
  return {.version = TORCH_VERSION,
          .cuda = has_cuda_library(),
          .several = RankSums::available(),
          .gpus = gpu_count()};
}

}  // namespace myoseg
