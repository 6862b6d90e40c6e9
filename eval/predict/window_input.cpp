#include "eval/predict/window_input.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace myoseg {

WindowInput::WindowInput(const WindowGrid& grid, PlaneSource source,
                         const std::vector<float>& beyond)
    : grid_(grid),
      source_(std::move(source)),
      beyond_(at::tensor(beyond, at::kFloat).view({-1, 1, 1})) {}

void WindowInput::make_until(std::int64_t end) {
  const auto& [volume, window, before, grown, layers, rows, columns] = grid_;
  const std::int64_t last = before[0] + volume[0];
  while (first_ + std::ssize(planes_) < end) {
    const std::int64_t next = first_ + std::ssize(planes_);
    const std::int64_t channels = beyond_.size(0);
    const auto empty = [&] { return beyond_.expand({channels, grown[1], grown[2]}).clone(); };
    if (next < before[0] || next >= last) {
      planes_.push_back(empty());
      continue;
    }
    const std::int64_t count = std::min({kAtOnce, end - next, last - next});
    const at::Tensor made = at::empty({channels, count, volume[1], volume[2]}, at::kFloat);
    source_(next - before[0], count,
            {made.data_ptr<float>(), static_cast<std::size_t>(made.numel())});
    for (std::int64_t i = 0; i < count; ++i) {
      planes_.push_back(empty());
      planes_.back()
          .narrow(1, before[1], volume[1])
          .narrow(2, before[2], volume[2])
          .copy_(made.select(1, i));
    }
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

bool WindowInput::is_beyond(const at::Tensor& window) const {
  // Most windows differ in their first row, and are not read to their end.
  const auto is_same = [&](const at::Tensor& part) { return part.eq(beyond_).all().item<bool>(); };
  return is_same(window.narrow(0, 0, 1).narrow(2, 0, 1)) && is_same(window);
}

}  // namespace myoseg
