#include "eval/predict/windows.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/error.h"

namespace myoseg {
namespace {

void lay(WindowGrid& grid, std::size_t axis) {
  const std::int64_t missing = std::max<std::int64_t>(grid.window[axis] - grid.volume[axis], 0);
  grid.before[axis] = missing / 2;
  grid.grown[axis] = grid.volume[axis] + missing;
}

// Rows and columns of windows, and the volume's growth in plane.
WindowGrid in_plane(const Extent& volume, const Extent& window, double overlap) {
  WindowGrid grid;
  grid.volume = grid.grown = volume;
  grid.window = window;
  lay(grid, 1);
  lay(grid, 2);
  grid.y = window_starts(grid.grown[1], window[1], overlap);
  grid.x = window_starts(grid.grown[2], window[2], overlap);
  return grid;
}

}  // namespace

std::int64_t window_interval(std::int64_t length, std::int64_t window, double overlap) {
  if (!(overlap >= 0 && overlap < 1))
    throw usage_error("The overlap of windows is {}; it must be at least 0 and below 1.", overlap);
  if (window == length) return window;
  return std::max<std::int64_t>(
      static_cast<std::int64_t>(static_cast<double>(window) * (1 - overlap)), 1);
}

std::vector<std::int64_t> window_starts(std::int64_t length, std::int64_t window, double overlap) {
  const std::int64_t interval = window_interval(length, window, overlap);
  std::vector<std::int64_t> starts;
  for (std::int64_t start = 0; start + window < length; start += interval) starts.push_back(start);
  starts.push_back(length - window);
  return starts;
}

at::Tensor window_weights(const std::vector<std::int64_t>& window, const std::string& blend,
                          const std::vector<double>& sigma) {
  if (blend == "constant") return at::ones(window, at::kFloat);
  if (blend != "gaussian")
    throw usage_error("Windows are blended by 'gaussian' or 'constant', not by '{}'.", blend);
  if (sigma.size() != 1 && sigma.size() != window.size())
    throw usage_error("A window of {} axes needs 1 or {} values of 'sigma'; {} were given.",
                      window.size(), window.size(), sigma.size());
  at::Tensor weights = at::ones({}, at::kFloat);
  for (std::size_t a = 0; a < window.size(); ++a) {
    const auto n = static_cast<double>(window[a]);
    const at::Tensor x = at::arange(window[a], at::kFloat) - (n - 1) / 2;
    const double deviation = sigma[sigma.size() == 1 ? 0 : a] * n;
    weights = weights.unsqueeze(-1) * at::exp(x.square() / (-2 * deviation * deviation));
  }
  // A voxel seen only by the corners of windows keeps a weight that float32 can divide by.
  constexpr double kLeast = 1e-3;
  return weights.clamp_min(std::max(weights.min().item<double>(), kLeast));
}

WindowGrid volume_windows(const Extent& volume, const Extent& window, double overlap) {
  WindowGrid grid = in_plane(volume, window, overlap);
  lay(grid, 0);
  for (const std::int64_t first : window_starts(grid.grown[0], window[0], overlap))
    grid.layers.push_back({first, window[0]});
  return grid;
}

WindowGrid slice_windows(const Extent& volume, const Extent& window, double overlap) {
  WindowGrid grid = in_plane(volume, window, overlap);
  for (std::int64_t first = 0; first < volume[0]; first += window[0])
    grid.layers.push_back({first, std::min(window[0], volume[0] - first)});
  return grid;
}

}  // namespace myoseg
