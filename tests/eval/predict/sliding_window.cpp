#include "tests/eval/predict/sliding_window.h"

#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "eval/predict/windows.h"

namespace myoseg::testing {
namespace {

using Sizes = std::vector<std::int64_t>;

// One value per axis from a list that holds one per axis or one for all.
template <class T>
std::vector<T> per_axis(const std::vector<T>& values, std::size_t axes, const char* option) {
  if (values.size() == axes) return values;
  if (values.size() == 1) return std::vector<T>(axes, values.front());
  throw usage_error("A sliding window over {} axes needs 1 or {} values of '{}'; {} were given.",
                    axes, axes, option, values.size());
}

// Every window's first voxel, the last axis fastest.
std::vector<Sizes> all_starts(const Sizes& size, const Sizes& window,
                              const std::vector<double>& overlap) {
  std::vector<Sizes> all{{}};
  for (std::size_t a = 0; a < size.size(); ++a) {
    std::vector<Sizes> longer;
    for (const Sizes& start : all)
      for (const std::int64_t s : window_starts(size[a], window[a], overlap[a])) {
        longer.push_back(start);
        longer.back().push_back(s);
      }
    all = std::move(longer);
  }
  return all;
}

// A view of the box at `start` in the axes behind the first two.
at::Tensor box(at::Tensor image, const Sizes& start, const Sizes& size) {
  for (std::size_t a = 0; a < start.size(); ++a)
    image = image.narrow(static_cast<std::int64_t>(a) + 2, start[a], size[a]);
  return image;
}

// `image` with its spatial axes grown to at least the window; `before` gets what was put in front.
at::Tensor padded(const at::Tensor& image, const Sizes& window, const SlidingWindowOptions& options,
                  Sizes& before) {
  const std::size_t axes = window.size();
  before.assign(axes, 0);
  std::vector<std::int64_t> amounts;  // as at::pad wants them: the last axis first
  for (std::size_t a = axes; a-- > 0;) {
    const std::int64_t length = image.size(static_cast<std::int64_t>(a) + 2);
    const std::int64_t missing = std::max<std::int64_t>(window[a] - length, 0);
    before[a] = missing / 2;
    const std::int64_t after = missing - before[a];
    if ((options.padding == "reflect" && after >= length) ||
        (options.padding == "circular" && after > length))
      throw usage_error(
          "An image of {} voxels cannot be padded to a window of {} by padding={}; take a smaller "
          "window or padding=replicate.",
          length, window[a], options.padding);
    amounts.insert(amounts.end(), {before[a], after});
  }
  if (std::all_of(amounts.begin(), amounts.end(), [](std::int64_t n) { return n == 0; }))
    return image;
  return options.padding == "constant" ? at::constant_pad_nd(image, amounts, options.padding_value)
                                       : at::pad(image, amounts, options.padding);
}

}  // namespace

at::Tensor sliding_window(const at::Tensor& image, const SlidingWindowOptions& options,
                          const std::function<at::Tensor(const at::Tensor&)>& network) {
  const auto axes = static_cast<std::size_t>(image.dim() - 2);
  if (image.dim() != 4 && image.dim() != 5)
    throw usage_error("A sliding window moves over (N, C, Y, X) or (N, C, Z, Y, X); {} axes came.",
                      image.dim());
  if (options.batch_size < 1)
    throw usage_error("A sliding window goes through the network in batches of at least 1, not {}.",
                      options.batch_size);
  Sizes window = per_axis(options.window, axes, "window");
  for (std::size_t a = 0; a < axes; ++a)
    if (window[a] < 1) window[a] = image.size(static_cast<std::int64_t>(a) + 2);
  const std::vector<double> overlap = per_axis(options.overlap, axes, "overlap");

  Sizes before;
  const at::Tensor grown = padded(image, window, options, before);
  const Sizes size = grown.sizes().slice(2).vec();
  const std::vector<Sizes> starts = all_starts(size, window, overlap);
  const std::int64_t images = image.size(0), total = images * std::ssize(starts);
  at::Tensor weights = window_weights(window, options.blend, options.sigma).to(image.device());

  at::Tensor sum, weight_sum;
  for (std::int64_t first = 0; first < total; first += options.batch_size) {
    const std::int64_t last = std::min<std::int64_t>(first + options.batch_size, total);
    // Window w of all: image w / starts, window w % starts of it.
    const auto place = [&](const at::Tensor& of, std::int64_t w) {
      const auto in_image = static_cast<std::size_t>(w % std::ssize(starts));
      return box(of.narrow(0, w / std::ssize(starts), 1), starts[in_image], window);
    };
    std::vector<at::Tensor> windows;
    for (std::int64_t w = first; w < last; ++w) windows.push_back(place(grown, w));
    const at::Tensor scores = network(at::cat(windows));
    if (scores.dim() != image.dim() || scores.size(0) != last - first ||
        scores.sizes().slice(2) != at::IntArrayRef(window))
      throw usage_error("A sliding window of {} voxels came out of the network as ({}).",
                        fmt::join(window, " x "), fmt::join(scores.sizes(), ", "));
    if (!sum.defined()) {
      Sizes shape = grown.sizes().vec();
      shape[1] = scores.size(1);
      sum = at::zeros(shape, scores.options());
      shape[0] = shape[1] = 1;
      weight_sum = at::zeros(shape, scores.options());
      weights = weights.to(scores.scalar_type());
      for (const Sizes& start : starts) box(weight_sum, start, window).add_(weights);
    }
    for (std::int64_t w = first; w < last; ++w)
      place(sum, w).add_(scores.narrow(0, w - first, 1) * weights);
  }
  return box(sum.div_(weight_sum), before, image.sizes().slice(2).vec());
}

}  // namespace myoseg::testing
