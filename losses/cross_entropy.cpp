// Cross-entropy of the labels (softmax; sigmoid for a single channel).
#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "losses/loss.h"
#include "losses/region_sums.h"

namespace myoseg {
namespace {

struct CrossEntropyOptions {
  std::vector<double> weights;
  std::optional<std::int64_t> ignore_label;
  double label_smoothing = 0;
  std::string reduction = "weighted_mean";
};

void describe(Fields& f, CrossEntropyOptions& o) {
  f("weights", o.weights, kNonNegative, "One per label, background first; empty: all 1.");
  f("ignore_label", o.ignore_label, "Voxels with this label count nowhere.");
  f("label_smoothing", o.label_smoothing, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of each target that is spread evenly over all classes.");
  f("reduction", o.reduction, one_of({"weighted_mean", "mean", "sum"}),
    "Divide by the sum of the voxels' weights, by their number, or not at all.");
}

constexpr std::int64_t kChunk = 8192;  // voxels summed at a time: fixes the order of the additions
constexpr auto kNoLabel = std::numeric_limits<std::int64_t>::min();

// The target of a voxel with label y is `share` of w[y] on y plus `spread` * w[c] on every class c.
struct Targets {
  std::vector<double> weights;
  double share, spread;
  std::int64_t ignored;
};

struct Total {
  double loss = 0, weight = 0, count = 0;
  std::int64_t bad_label = 0;
  bool bad = false;
};

template <class T>
Total sum_chunk(const T* z, const T* p, const std::int64_t* labels, std::int64_t voxels,
                std::int64_t begin, std::int64_t end, const Targets& t) {
  Total total;
  const auto classes = static_cast<std::int64_t>(t.weights.size());
  for (std::int64_t v = begin; v < end; ++v) {
    const std::int64_t y = labels[v];
    if (y == t.ignored) continue;
    if (y < 0 || y >= classes) {
      if (!total.bad) total.bad_label = y;
      total.bad = true;
      continue;
    }
    // log(sum of exp) from the likeliest class, whose probability is the most exact: no exp is
    // taken again.
    std::int64_t top = 0;
    for (std::int64_t c = 1; c < classes; ++c)
      if (z[c * voxels + v] > z[top * voxels + v]) top = c;
    const double log_sum = static_cast<double>(z[top * voxels + v]) -
                           std::log(static_cast<double>(p[top * voxels + v]));
    double loss = t.share * t.weights[y] * (log_sum - static_cast<double>(z[y * voxels + v]));
    if (t.spread > 0)
      for (std::int64_t c = 0; c < classes; ++c)
        loss += t.spread * t.weights[c] * (log_sum - static_cast<double>(z[c * voxels + v]));
    total.loss += loss;
    total.weight += t.weights[y];
    total.count += 1;
  }
  return total;
}

// `p` holds probabilities and becomes d(sum)/d(logits) times `scale`.
template <class T>
void gradient_chunk(T* p, const std::int64_t* labels, std::int64_t voxels, std::int64_t begin,
                    std::int64_t end, const Targets& t, double scale) {
  const auto classes = static_cast<std::int64_t>(t.weights.size());
  const double spread_sum = t.spread * std::accumulate(t.weights.begin(), t.weights.end(), 0.0);
  std::vector<T> mass(end - begin);  // sum of each voxel's target, 0 when ignored
  for (std::int64_t v = begin; v < end; ++v)
    mass[v - begin] = labels[v] == t.ignored
                          ? T{0}
                          : static_cast<T>(scale * (t.share * t.weights[labels[v]] + spread_sum));
  for (std::int64_t c = 0; c < classes; ++c) {
    T* row = p + c * voxels;
    for (std::int64_t v = begin; v < end; ++v) row[v] *= mass[v - begin];
    if (t.spread > 0) {
      const auto even = static_cast<T>(scale * t.spread * t.weights[c]);
      for (std::int64_t v = begin; v < end; ++v)
        if (labels[v] != t.ignored) row[v] -= even;
    }
  }
  for (std::int64_t v = begin; v < end; ++v)
    if (labels[v] != t.ignored)
      p[labels[v] * voxels + v] -= static_cast<T>(scale * t.share * t.weights[labels[v]]);
}

// body(sample, first voxel, end): chunk by chunk on all threads.
template <class Body>
void for_chunks(std::int64_t samples, std::int64_t voxels, const Body& body) {
  const std::int64_t chunks = (voxels + kChunk - 1) / kChunk;
  at::parallel_for(0, samples * chunks, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) {
      const std::int64_t begin = i % chunks * kChunk;
      body(i, i / chunks, begin, std::min(begin + kChunk, voxels));
    }
  });
}

// (sum of losses, sum of weights, number of voxels): float64 scalars.
class CrossEntropySum final : public torch::autograd::Function<CrossEntropySum> {
 public:
  static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context,
                                                const at::Tensor& logits, const at::Tensor& labels,
                                                const std::vector<double>& weights, double share,
                                                double spread, std::int64_t ignored) {
    const at::Tensor z = logits.contiguous(), l = labels.contiguous(), p = at::softmax(z, 1);
    const Targets targets{weights, share, spread, ignored};
    const std::int64_t samples = z.size(0), voxels = l.numel() / std::max<std::int64_t>(samples, 1);
    std::vector<Total> parts(samples * ((voxels + kChunk - 1) / kChunk));
    AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "cross_entropy", [&] {
      for_chunks(samples, voxels,
                 [&](std::int64_t i, std::int64_t n, std::int64_t begin, std::int64_t end) {
                   const std::int64_t at = n * z.size(1) * voxels;
                   parts[i] = sum_chunk(z.data_ptr<scalar_t>() + at, p.data_ptr<scalar_t>() + at,
                                        l.data_ptr<std::int64_t>() + n * voxels, voxels, begin, end,
                                        targets);
                 });
    });
    Total total;
    for (const Total& part : parts) {
      if (part.bad) throw_bad_label(part.bad_label, z.size(1));
      total.loss += part.loss;
      total.weight += part.weight;
      total.count += part.count;
    }
    context->save_for_backward({p, l});
    context->saved_data["weights"] = weights;
    context->saved_data["share"] = share;
    context->saved_data["spread"] = spread;
    context->saved_data["ignored"] = ignored;
    const auto scalar = [](double value) { return at::scalar_tensor(value, at::kDouble); };
    torch::autograd::variable_list sums{scalar(total.loss), scalar(total.weight),
                                        scalar(total.count)};
    context->mark_non_differentiable({sums[1], sums[2]});
    return sums;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list d) {
    const auto saved = context->get_saved_variables();
    at::Tensor gradient = saved[0].clone();
    const at::Tensor& labels = saved[1];
    const Targets targets{
        context->saved_data["weights"].toDoubleVector(), context->saved_data["share"].toDouble(),
        context->saved_data["spread"].toDouble(), context->saved_data["ignored"].toInt()};
    const double scale = d[0].item<double>();
    const std::int64_t samples = gradient.size(0);
    const std::int64_t voxels = labels.numel() / std::max<std::int64_t>(samples, 1);
    AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "cross_entropy_backward", [&] {
      for_chunks(samples, voxels,
                 [&](std::int64_t, std::int64_t n, std::int64_t begin, std::int64_t end) {
                   gradient_chunk(gradient.data_ptr<scalar_t>() + n * gradient.size(1) * voxels,
                                  labels.data_ptr<std::int64_t>() + n * voxels, voxels, begin, end,
                                  targets, scale);
                 });
    });
    return {gradient, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

class CrossEntropy final : public Loss {
 public:
  explicit CrossEntropy(const CrossEntropyOptions& o) : options_(o) {}

  at::Tensor operator()(const at::Tensor& logits, const at::Tensor& labels) const override {
    at::Tensor z = checked_logits(logits, labels);
    // The sigmoid of one logit is the softmax of it beside a zero.
    if (z.size(1) == 1) z = at::cat({at::zeros_like(z), z}, 1);
    const std::int64_t classes = z.size(1);
    Targets t{options_.weights, 1 - options_.label_smoothing,
              options_.label_smoothing / static_cast<double>(classes),
              options_.ignore_label.value_or(kNoLabel)};
    if (t.weights.empty()) t.weights.assign(classes, 1.0);
    if (static_cast<std::int64_t>(t.weights.size()) != classes)
      throw usage_error("cross_entropy: {} weights were given for {} labels", t.weights.size(),
                        classes);
    const auto [loss, weight, count] = sums(z, labels, t);
    at::Tensor value = loss;
    if (options_.reduction != "sum") {
      // Nothing but ignored voxels: the loss is 0, not 0/0.
      const at::Tensor& divisor = options_.reduction == "mean" ? count : weight;
      value = loss / divisor.clamp_min(std::numeric_limits<double>::min());
    }
    return logits.scalar_type() == at::kDouble ? value : value.to(at::kFloat);
  }

 private:
  struct Sums {
    at::Tensor loss, weight, count;
  };

  static Sums sums(const at::Tensor& z, const at::Tensor& labels, const Targets& t) {
    if (z.is_cpu()) {
      const auto s = CrossEntropySum::apply(z, labels, t.weights, t.share, t.spread, t.ignored);
      return {s[0], s[1], s[2]};
    }
    const at::Tensor w = at::tensor(t.weights, z.options().requires_grad(false));
    const at::Tensor counted = labels.ne(t.ignored);
    const at::Tensor y = labels.masked_fill(counted.logical_not(), 0);
    if (y.lt(0).logical_or(y.ge(z.size(1))).any().item<bool>())
      throw_bad_label(y.max().item<std::int64_t>(), z.size(1));
    const at::Tensor log_p = at::log_softmax(z, 1);
    const at::Tensor weight = w.index_select(0, y.flatten()).view_as(y) * counted;
    at::Tensor loss = t.share * -log_p.gather(1, y.unsqueeze(1)).squeeze(1) * weight;
    if (t.spread > 0) {
      std::vector<std::int64_t> shape(z.dim(), 1);
      shape[1] = z.size(1);
      loss = loss - t.spread * (log_p * w.view(shape)).sum(1) * counted;
    }
    return {loss.sum(at::kDouble), weight.sum(at::kDouble), counted.sum().to(at::kDouble)};
  }

  CrossEntropyOptions options_;
};

std::unique_ptr<Loss> make_cross_entropy(const CrossEntropyOptions& o) {
  return std::make_unique<CrossEntropy>(o);
}

}  // namespace

extern const LossEntry kCrossEntropy;
const LossEntry kCrossEntropy = entry<LossEntry, CrossEntropyOptions, make_cross_entropy>(
    "cross_entropy", "Cross-entropy with class weights and label smoothing.");

}  // namespace myoseg
