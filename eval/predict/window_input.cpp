#include "eval/predict/window_input.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace myoseg {

WindowInput::WindowInput(const WindowGrid& grid, PlaneSource source, int channels)
    : grid_(grid), source_(std::move(source)), channels_(channels) {}

void WindowInput::make_until(std::int64_t end) {
  const auto& [volume, window, before, grown, layers, rows, columns] = grid_;
  const std::int64_t last = before[0] + volume[0];
  while (first_ + std::ssize(planes_) < end) {
    const std::int64_t next = first_ + std::ssize(planes_);
    if (next < before[0] || next >= last) {
      planes_.push_back(at::zeros({channels_, grown[1], grown[2]}, at::kFloat));
      continue;
    }
    const std::int64_t count = std::min({kAtOnce, end - next, last - next});
    const at::Tensor made = at::empty({channels_, count, volume[1], volume[2]}, at::kFloat);
    source_(next - before[0], count,
            {made.data_ptr<float>(), static_cast<std::size_t>(made.numel())});
    const std::int64_t below = grown[1] - volume[1] - before[1];
    const std::int64_t right = grown[2] - volume[2] - before[2];
    for (std::int64_t i = 0; i < count; ++i)
      planes_.push_back(
          at::constant_pad_nd(made.select(1, i), {before[2], right, before[1], below}));
  }
}

at::Tensor WindowInput::operator()(const WindowPlace& place) {
  const auto& [first, count] = grid_.layers[place.layer];
  for (; first_ < first; ++first_) planes_.pop_front();
  make_until(first + count);
  std::vector<at::Tensor> parts;
  for (std::int64_t i = 0; i < count; ++i)
    parts.push_back(planes_[static_cast<std::size_t>(i)]
                        .narrow(1, grid_.y[place.row], grid_.window[1])
                        .narrow(2, grid_.x[place.column], grid_.window[2]));
  return at::stack(parts);
}

}  // namespace myoseg
