#include "losses/region_sums.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace myoseg {
namespace {

constexpr std::int64_t kChunk = 8192;  // voxels summed at a time: fixes the order of the additions
constexpr std::int64_t kBlock = 256;   // voxels whose intermediate values stay in the cache
constexpr std::int64_t kNobody = -2;   // an ignored voxel

// Which channel a label belongs to: -1 none (background of a single channel), kNobody ignored.
struct Channels {
  std::int64_t count;
  std::int64_t first;  // label of channel 0
  std::int64_t ignored;

  [[nodiscard]] std::int64_t of(std::int64_t label) const {
    return label == ignored ? kNobody : label - first;
  }
  [[nodiscard]] bool valid(std::int64_t channel) const {
    return channel == kNobody || (channel >= -first && channel < count);
  }
};

Channels channels_of(const at::Tensor& logits, const RegionSumsOptions& o) {
  const std::int64_t count = logits.size(1);
  return {count, count == 1 ? 1 : 0,
          o.ignore_label.value_or(std::numeric_limits<std::int64_t>::min())};
}

at::Tensor probabilities(const at::Tensor& logits, bool sigmoid) {
  return sigmoid ? at::sigmoid(logits) : at::softmax(logits, 1);
}

struct Totals {
  std::vector<double> intersection, prediction, truth;
  std::int64_t bad_label = 0;
  bool bad = false;
  explicit Totals(std::int64_t c = 0) : intersection(c), prediction(c), truth(c) {}
};

// Eight running sums let the compiler use vector additions without reordering anything by itself.
template <class T>
double sum_of(const T* p, std::int64_t n, bool squared) {
  constexpr std::int64_t kLanes = 8;
  double lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::int64_t l = 0; l < kLanes; ++l) {
      const auto v = static_cast<double>(p[i + l]);
      lanes[l] += squared ? v * v : v;
    }
  double total = 0;
  for (const double lane : lanes) total += lane;
  for (; i < n; ++i)
    total += squared ? static_cast<double>(p[i]) * p[i] : static_cast<double>(p[i]);
  return total;
}

// Voxels `begin`..`end` of one sample; channel c of voxel v at p[c * voxels + v].
template <class T>
Totals sums_of_chunk(const T* p, const std::int64_t* labels, std::int64_t voxels,
                     std::int64_t begin, std::int64_t end, const Channels& channels, bool squared) {
  Totals totals(channels.count);
  bool ignores = false;
  for (std::int64_t v = begin; v < end; ++v) {
    const std::int64_t c = channels.of(labels[v]);
    if (c >= 0 && c < channels.count) {
      totals.intersection[c] += static_cast<double>(p[c * voxels + v]);
      totals.truth[c] += 1;
    } else if (!channels.valid(c)) {
      if (!totals.bad) totals.bad_label = labels[v];
      totals.bad = true;
    } else {
      ignores = ignores || c == kNobody;
    }
  }
  for (std::int64_t c = 0; c < channels.count; ++c) {
    const T* row = p + c * voxels;
    totals.prediction[c] = sum_of(row + begin, end - begin, squared);
    if (!ignores) continue;
    for (std::int64_t v = begin; v < end; ++v)
      if (channels.of(labels[v]) == kNobody)
        totals.prediction[c] -= static_cast<double>(row[v]) * (squared ? row[v] : T{1});
  }
  return totals;
}

template <class T>
std::array<at::Tensor, 3> forward_sums(const at::Tensor& p, const at::Tensor& labels,
                                       const Channels& channels, bool squared) {
  const std::int64_t samples = p.size(0),
                     voxels = labels.numel() / std::max<std::int64_t>(samples, 1);
  const std::int64_t chunks = (voxels + kChunk - 1) / kChunk;
  std::vector<Totals> parts(samples * chunks);
  at::parallel_for(0, samples * chunks, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) {
      const std::int64_t n = i / chunks, begin = i % chunks * kChunk;
      parts[i] = sums_of_chunk(p.data_ptr<T>() + n * channels.count * voxels,
                               labels.data_ptr<std::int64_t>() + n * voxels, voxels, begin,
                               std::min(begin + kChunk, voxels), channels, squared);
    }
  });
  std::array<at::Tensor, 3> sums;
  for (auto& sum : sums) sum = at::zeros({samples, channels.count}, p.options().dtype(at::kDouble));
  for (std::int64_t i = 0; i < samples * chunks; ++i) {
    if (parts[i].bad) throw_bad_label(parts[i].bad_label, channels.count);
    const std::int64_t row = i / chunks * channels.count;
    for (std::int64_t c = 0; c < channels.count; ++c) {
      sums[0].data_ptr<double>()[row + c] += parts[i].intersection[c];
      sums[1].data_ptr<double>()[row + c] += parts[i].prediction[c];
      sums[2].data_ptr<double>()[row + c] += parts[i].truth[c];
    }
  }
  return sums;
}

// d(loss)/d(logits) of one block of voxels, from d(loss)/d(intersection) and d(loss)/d(prediction)
// of one sample.
template <class T>
void gradient_of_block(const T* p, const std::int64_t* labels, T* g, std::int64_t stride,
                       std::int64_t n, const T* d_intersection, const T* d_prediction,
                       const Channels& channels, const RegionSumsOptions& o) {
  T mean[kBlock] = {};  // softmax: sum over channels of (d loss / d p) * p
  for (std::int64_t c = 0; c < channels.count; ++c) {
    const T* row = p + c * stride;
    T* out = g + c * stride;
    const T d = d_prediction[c];
    for (std::int64_t v = 0; v < n; ++v) out[v] = o.squared ? d * 2 * row[v] : d;
    for (std::int64_t v = 0; v < n; ++v)
      if (channels.of(labels[v]) == c) out[v] += d_intersection[c];
    for (std::int64_t v = 0; v < n; ++v) mean[v] += out[v] * row[v];
  }
  for (std::int64_t c = 0; c < channels.count; ++c) {
    const T* row = p + c * stride;
    T* out = g + c * stride;
    for (std::int64_t v = 0; v < n; ++v)
      out[v] = o.sigmoid ? out[v] * row[v] * (1 - row[v]) : (out[v] - mean[v]) * row[v];
    for (std::int64_t v = 0; v < n && o.ignore_label; ++v)
      if (channels.of(labels[v]) == kNobody) out[v] = 0;
  }
}

template <class T>
at::Tensor backward_sums(const at::Tensor& p, const at::Tensor& labels,
                         const at::Tensor& d_intersection, const at::Tensor& d_prediction,
                         const Channels& channels, const RegionSumsOptions& o) {
  const std::int64_t samples = p.size(0),
                     voxels = labels.numel() / std::max<std::int64_t>(samples, 1);
  const std::int64_t blocks = (voxels + kBlock - 1) / kBlock;
  const at::Tensor di = d_intersection.to(p.scalar_type()).contiguous();
  const at::Tensor dp = d_prediction.to(p.scalar_type()).contiguous();
  at::Tensor gradient = at::empty_like(p);
  at::parallel_for(0, samples * blocks, kChunk / kBlock, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) {
      const std::int64_t n = i / blocks, begin = i % blocks * kBlock;
      const std::int64_t at = n * channels.count * voxels + begin;
      gradient_of_block(p.data_ptr<T>() + at, labels.data_ptr<std::int64_t>() + n * voxels + begin,
                        gradient.data_ptr<T>() + at, voxels, std::min(kBlock, voxels - begin),
                        di.data_ptr<T>() + n * channels.count,
                        dp.data_ptr<T>() + n * channels.count, channels, o);
    }
  });
  return gradient;
}

class RegionSumsFunction final : public torch::autograd::Function<RegionSumsFunction> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context,
                                                const at::Tensor& logits, const at::Tensor& labels,
                                                bool sigmoid, bool squared, std::int64_t ignored) {
    const at::Tensor p = probabilities(logits.contiguous(), sigmoid);
    const at::Tensor l = labels.contiguous();
    const Channels channels{p.size(1), p.size(1) == 1 ? 1 : 0, ignored};
    std::array<at::Tensor, 3> sums;
    AT_DISPATCH_FLOATING_TYPES(p.scalar_type(), "region_sums",
                               [&] { sums = forward_sums<scalar_t>(p, l, channels, squared); });
    context->save_for_backward({p, l});
    context->saved_data["sigmoid"] = sigmoid;
    context->saved_data["squared"] = squared;
    context->saved_data["ignored"] = ignored;
    context->mark_non_differentiable({sums[2]});
    return {sums[0], sums[1], sums[2]};
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list d) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &p = saved[0], &labels = saved[1];
    const std::int64_t ignored = context->saved_data["ignored"].toInt();
    const Channels channels{p.size(1), p.size(1) == 1 ? 1 : 0, ignored};
    RegionSumsOptions o{.sigmoid = context->saved_data["sigmoid"].toBool(),
                        .squared = context->saved_data["squared"].toBool(),
                        .ignore_label = ignored};
    const auto or_zero = [&](const at::Tensor& t) {
      return t.defined() ? t : at::zeros({p.size(0), p.size(1)}, p.options());
    };
    at::Tensor gradient;
    AT_DISPATCH_FLOATING_TYPES(p.scalar_type(), "region_sums_backward", [&] {
      gradient = backward_sums<scalar_t>(p, labels, or_zero(d[0]), or_zero(d[1]), channels, o);
    });
    return {gradient, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

}  // namespace

RegionSums region_sums(const at::Tensor& logits, const at::Tensor& labels,
                       const RegionSumsOptions& o) {
  const at::Tensor z = checked_logits(logits, labels);
  if (!z.is_cpu()) return region_sums_plain(z, labels, o);
  const bool sigmoid = o.sigmoid || z.size(1) == 1;
  const auto sums =
      RegionSumsFunction::apply(z, labels, sigmoid, o.squared, channels_of(z, o).ignored);
  return {sums[0], sums[1], sums[2]};
}

}  // namespace myoseg
