// The memory of logits, walked chunk by chunk on all threads.
#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>

#include "core/parallel.h"

namespace myoseg {

constexpr std::int64_t kBlock = 512;          // voxels that a kernel keeps in the cache
constexpr std::int64_t kChunk = 16 * kBlock;  // voxels summed at a time: fixes the additions' order

// Where the numbers of one sample's channel c and voxel v are: c * channel + v * voxel.
struct Strides {
  std::int64_t channel, voxel;
};

// Logits in one of the two layouts of ATen, copied only when they have neither.
[[nodiscard]] inline at::Tensor dense(const at::Tensor& z) {
  const auto last =
      z.dim() == 5 ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::ChannelsLast;
  return z.dim() >= 4 && z.is_contiguous(last) ? z : z.contiguous();
}

// How a dense tensor (N,C,[D,]H,W) lies in memory.
struct Layout {
  explicit Layout(const at::Tensor& z)
      : samples(z.size(0)),
        channels(z.size(1)),
        voxels(z.numel() / std::max<std::int64_t>(z.size(0) * z.size(1), 1)),
        strides(z.is_contiguous() ? Strides{voxels, 1} : Strides{1, channels}) {}
  [[nodiscard]] std::int64_t chunks() const { return (voxels + kChunk - 1) / kChunk; }
  [[nodiscard]] std::int64_t place(std::int64_t sample, std::int64_t voxel) const {
    return sample * channels * voxels + voxel * strides.voxel;
  }

  std::int64_t samples, channels, voxels;
  Strides strides;
};

// Some voxels of one sample; `index` counts the chunks of all samples.
struct Chunk {
  std::int64_t index, sample, begin, voxels;
};

// body(workspace, chunk) for all chunks, each thread with a workspace of its own.
template <class MakeWorkspace, class Body>
void for_chunks(const Layout& layout, const MakeWorkspace& make_workspace, const Body& body) {
  const std::int64_t chunks = layout.chunks();
  parallel_for(
      static_cast<std::size_t>(layout.samples * chunks), make_workspace,
      [&](auto& workspace, std::size_t at) {
        const auto i = static_cast<std::int64_t>(at);
        const std::int64_t begin = i % chunks * kChunk;
        body(workspace, Chunk{i, i / chunks, begin, std::min(kChunk, layout.voxels - begin)});
      });
}

}  // namespace myoseg
