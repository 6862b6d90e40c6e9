#include "train/confusion.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <atomic>

#include "core/simd.h"
#include "losses/voxels/checks.h"
#include "losses/voxels/dense.h"

namespace myoseg {
namespace {

struct Block {
  float top[kBlock];
  std::int32_t answer[kBlock];
};

// The answers of n voxels. Where a voxel's logits lie together it is taken voxel by voxel,
// elsewhere channel by channel.
struct Answer {
  [[gnu::always_inline]] inline void operator()(Block* b, const float* z, std::int64_t channels,
                                                Strides strides, std::int64_t n) const {
    if (channels == 1) {
      for (std::int64_t v = 0; v < n; ++v) b->answer[v] = z[v] > 0 ? 1 : 0;
    } else if (strides.voxel == 1) {
      for (std::int64_t v = 0; v < n; ++v) b->top[v] = z[v];
      for (std::int64_t v = 0; v < n; ++v) b->answer[v] = 0;
      for (std::int32_t c = 1; c < channels; ++c) {
        const float* row = z + c * strides.channel;
        for (std::int64_t v = 0; v < n; ++v) {
          const bool larger = row[v] > b->top[v];
          b->answer[v] = larger ? c : b->answer[v];
          b->top[v] = larger ? row[v] : b->top[v];
        }
      }
    } else {
      for (std::int64_t v = 0; v < n; ++v) {
        const float* of_voxel = z + v * strides.voxel;
        float top = of_voxel[0];
        std::int32_t answer = 0;
        for (std::int32_t c = 1; c < channels; ++c) {
          const bool larger = of_voxel[c] > top;
          answer = larger ? c : answer;
          top = larger ? of_voxel[c] : top;
        }
        b->answer[v] = answer;
      }
    }
  }
};

bool count_on_cpu(const at::Tensor& logits, const at::Tensor& label, int classes,
                  std::vector<std::int64_t>& counts) {
  const at::Tensor z = dense(logits.to(at::kFloat)), l = label.contiguous();
  const Layout layout(z);
  const std::size_t cells = counts.size();
  std::vector<std::vector<std::int64_t>> parts(
      static_cast<std::size_t>(layout.samples * layout.chunks()));
  std::atomic<bool> known = true;
  for_chunks(
      layout, [] { return Block(); },
      [&](Block& block, const Chunk& chunk) {
        std::vector<std::int64_t>& part = parts[static_cast<std::size_t>(chunk.index)];
        part.assign(cells, 0);
        for (std::int64_t v = 0; v < chunk.voxels; v += kBlock) {
          const std::int64_t n = std::min(kBlock, chunk.voxels - v), at = chunk.begin + v;
          simd::run(Answer(), &block, z.data_ptr<float>() + layout.place(chunk.sample, at),
                    layout.channels, layout.strides, n);
          const std::int64_t* labels =
              l.data_ptr<std::int64_t>() + chunk.sample * layout.voxels + at;
          for (std::int64_t i = 0; i < n; ++i) {
            if (labels[i] == kIgnoredLabel) continue;
            if (labels[i] < 0 || labels[i] >= classes) return void(known = false);
            ++part[static_cast<std::size_t>(labels[i] * classes + block.answer[i])];
          }
        }
      });
  if (!known) return false;
  for (const auto& part : parts)
    for (std::size_t i = 0; i < cells; ++i) counts[i] += part[i];
  return true;
}

bool count_elsewhere(const at::Tensor& logits, const at::Tensor& label, int classes,
                     std::vector<std::int64_t>& counts) {
  const at::Tensor answer =
      logits.size(1) == 1 ? logits.select(1, 0).gt(0).to(at::kLong) : logits.argmax(1);
  const at::Tensor pairs = (label * classes + answer).masked_select(label.ne(kIgnoredLabel));
  const at::Tensor found = at::bincount(pairs, {}, std::int64_t{classes} * classes).cpu();
  if (found.numel() > std::ssize(counts)) return false;
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += found.data_ptr<std::int64_t>()[i];
  return true;
}

}  // namespace

bool count_answers(const at::Tensor& logits, const at::Tensor& label, int classes,
                   std::vector<std::int64_t>& counts) {
  counts.resize(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes));
  return logits.is_cpu() ? count_on_cpu(logits, label, classes, counts)
                         : count_elsewhere(logits, label, classes, counts);
}

}  // namespace myoseg
