// Where the tensors live, and how LibTorch uses threads and memory.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace myoseg {

// "cpu", "cuda", "cuda:1", or "auto" (the first GPU when there is one). Error(bad_usage) for
// another word or a GPU that is not there. On a GPU LibTorch is set to its deterministic kernels.
[[nodiscard]] at::Device resolve_device(const std::string& name);

// GPUs that LibTorch can use here.
[[nodiscard]] int gpu_count();

// Gives LibTorch the count of core/threads.h; its own default depends on how it was built.
void use_threads();

// Memory that is freed stays with the process, which then does not wait for the system to clear
// pages anew in every step. Only with the GNU C library; without effect elsewhere.
void keep_memory();

}  // namespace myoseg
