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

// Scores (K,planes,y,x) of windows (planes,C,y,x). Those that hold air alone, of which a scan on a
// table has many, all get the scores of the first of them.
class WindowScores {
 public:
  WindowScores(const WindowInput& input, bool slices,
               const std::function<at::Tensor(const at::Tensor&)>& network)
      : input_(input), slices_(slices), network_(network) {}

  std::vector<at::Tensor> operator()(const std::vector<at::Tensor>& windows) {
    std::vector<at::Tensor> scores(windows.size()), batch;
    std::vector<std::size_t> computed;
    std::vector<bool> air;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      air.push_back(input_.is_beyond(windows[i]));
      if (air[i] && of_air_.defined() && of_air_.size(1) == windows[i].size(0)) {
        scores[i] = of_air_;
        continue;
      }
      computed.push_back(i);
      batch.push_back(windows[i]);
    }
    if (batch.empty()) return scores;
    const std::vector<at::Tensor> made = compute(batch);
    for (std::size_t n = 0; n < made.size(); ++n) {
      scores[computed[n]] = made[n];
      if (air[computed[n]]) of_air_ = made[n].clone();
    }
    return scores;
  }

 private:
  [[nodiscard]] std::vector<at::Tensor> compute(const std::vector<at::Tensor>& batch) const {
    const at::Tensor image =
        slices_ ? batch.front() : at::stack(batch).transpose(1, 2).contiguous();
    const at::Tensor scores = network_(image);
    require_same_size(scores, image);
    return slices_ ? std::vector{scores.transpose(0, 1)} : scores.unbind();
  }

  const WindowInput& input_;
  bool slices_;
  const std::function<at::Tensor(const at::Tensor&)>& network_;
  at::Tensor of_air_;
};

}  // namespace

void sweep(const WindowGrid& grid, const WindowRows& rows, WindowBatch batch, WindowInput& input,
           WindowBlend& blend, const std::function<at::Tensor(const at::Tensor&)>& network,
           const std::function<void(std::int64_t)>& done) {
  const std::vector<WindowPlace> all = places(grid, rows);
  const auto at_once = static_cast<std::size_t>(std::max<std::int64_t>(batch.windows, 1));
  WindowScores scores_of(input, /*slices=*/batch.windows == 0, network);
  for (std::size_t first = 0; first < all.size(); first += at_once) {
    const std::size_t count = std::min(at_once, all.size() - first);
    std::vector<at::Tensor> windows;
    for (std::size_t i = 0; i < count; ++i) windows.push_back(input(all[first + i]));
    const std::vector<at::Tensor> scores = scores_of(windows);
    for (std::size_t i = 0; i < count; ++i) blend.add(all[first + i], scores[i]);
    if (done) done(static_cast<std::int64_t>(count));
  }
  blend.finish();
}

}  // namespace myoseg
