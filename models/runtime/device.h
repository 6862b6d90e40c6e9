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
// pages anew in every step: small blocks by the GNU C library, without effect elsewhere, those of
// large tensors by keep_large_blocks() (models/runtime/large_blocks.h).
void keep_memory();

// Blocks of 32 MiB and more that the GNU C library gives do go back: kept ones of many sizes leave
// holes that nothing fits into, a third of what basic_unet takes at 96 voxels a side. Once in a
// process; called by forward() when it sees a volume.
void release_large_blocks();

}  // namespace myoseg
