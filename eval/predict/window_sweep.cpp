#include "eval/predict/window_sweep.h"

#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace myoseg {
namespace {

std::vector<WindowPlace> places(const WindowGrid& grid, const WindowRows& rows) {
  std::vector<WindowPlace> all;
  for (std::size_t l = 0; l < grid.layers.size(); ++l)
    for (std::size_t r = rows.first; r < rows.end; ++r)
      for (std::size_t c = 0; c < grid.x.size(); ++c) all.push_back({l, r, c});
  return all;
}

void require_same_size(const at::Tensor& scores, const at::Tensor& batch) {
  if (scores.dim() == batch.dim() && scores.size(0) == batch.size(0) &&
      scores.sizes().slice(2) == batch.sizes().slice(2))
    return;
  throw usage_error("Windows ({}) came out of the network as ({})", fmt::join(batch.sizes(), ", "),
                    fmt::join(scores.sizes(), ", "));
}

}  // namespace

void sweep(const WindowGrid& grid, const WindowRows& rows, WindowBatch batch, WindowInput& input,
           WindowBlend& blend, const std::function<at::Tensor(const at::Tensor&)>& network,
           const std::function<void(std::int64_t)>& done) {
  const std::vector<WindowPlace> all = places(grid, rows);
  const bool slices = batch.windows == 0;
  const auto at_once = static_cast<std::size_t>(std::max<std::int64_t>(batch.windows, 1));
  for (std::size_t first = 0; first < all.size(); first += at_once) {
    const std::size_t count = std::min(at_once, all.size() - first);
    std::vector<at::Tensor> windows;  // (planes,C,y,x)
    for (std::size_t i = 0; i < count; ++i) windows.push_back(input(all[first + i]));
    const at::Tensor image =
        slices ? windows.front() : at::stack(windows).transpose(1, 2).contiguous();
    const at::Tensor scores = network(image);
    require_same_size(scores, image);
    for (std::size_t i = 0; i < count; ++i)
      blend.add(all[first + i],
                slices ? scores.transpose(0, 1) : scores[static_cast<std::int64_t>(i)]);
    if (done) done(static_cast<std::int64_t>(count));
  }
  blend.finish();
}

}  // namespace myoseg
