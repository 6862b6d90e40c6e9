#include "losses/voxels/focal_sums.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <vector>

#include "core/simd.h"
#include "losses/voxels/dense.h"
#include "losses/voxels/saved.h"

namespace myoseg {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Options in the type of the logits.
template <class T>
struct FocalPlan {
  explicit FocalPlan(const FocalSumsOptions& o)
      : gamma(static_cast<T>(o.gamma)),
        of_class(static_cast<T>(o.alpha.value_or(1))),
        of_rest(static_cast<T>(o.alpha ? 1 - *o.alpha : 1)),
        threshold(static_cast<T>(o.threshold.value_or(0))),
        raise(static_cast<T>(o.threshold ? std::pow(*o.threshold, -o.gamma) : 1)),
        ignored(o.ignored) {}
  T gamma, of_class, of_rest, threshold, raise;
  std::int64_t ignored;
};

// One block of voxels of one class.
template <class T>
struct FocalBlock {
  T x[kBlock];       // how much the logit speaks against the label
  T sign[kBlock];    // dx/dlogit
  T weight[kBlock];  // alpha or 1 - alpha; 0 where ignored
  T keep[kBlock];
  T e[kBlock];      // e^-|x|, then 1 - p
  T minus[kBlock];  // -log p = softplus(x)
  T focus[kBlock];  // (1 - p)^gamma, then with the threshold
  T slope[kBlock];  // dfocus/dx

  [[gnu::always_inline]] inline void load(const T* logits, std::int64_t stride,
                                          const std::int64_t* labels, std::int64_t label,
                                          std::int64_t n, const FocalPlan<T>& plan) {
    for (std::int64_t v = 0; v < n; ++v) {
      const bool hit = labels[v] == label, ignored = labels[v] == plan.ignored;
      keep[v] = ignored ? T{0} : T{1};
      sign[v] = hit ? T{-1} : T{1};
      weight[v] = hit ? plan.of_class : plan.of_rest;
    }
    for (std::int64_t v = 0; v < n; ++v) {
      weight[v] *= keep[v];
      x[v] = sign[v] * logits[v * stride];
    }
    for (std::int64_t v = 0; v < n; ++v) e[v] = simd::clamp(-std::abs(x[v]));
    for (std::int64_t v = 0; v < n; ++v) e[v] = simd::exp(e[v]);
    for (std::int64_t v = 0; v < n; ++v) {
      const T log = simd::log1p(e[v]);
      minus[v] = (x[v] > 0 ? x[v] : T{0}) + log;
      focus[v] = -plan.gamma * ((x[v] < 0 ? -x[v] : T{0}) + log);
      e[v] = (x[v] > 0 ? T{1} : e[v]) / (1 + e[v]);
    }
    for (std::int64_t v = 0; v < n; ++v) focus[v] = simd::clamp(focus[v]);
    for (std::int64_t v = 0; v < n; ++v) {
      focus[v] = simd::exp(focus[v]);
      slope[v] = plan.gamma * focus[v] * (1 - e[v]);
    }
    if (plan.threshold > 0)
      for (std::int64_t v = 0; v < n; ++v) {
        const bool wrong = 1 - e[v] < plan.threshold;
        focus[v] = wrong ? T{1} : focus[v] * plan.raise;
        slope[v] = wrong ? T{0} : slope[v] * plan.raise;
      }
  }
};

template <class T>
struct AddFocal {
  [[gnu::always_inline]] inline void operator()(FocalBlock<T>* block, const FocalPlan<T>* plan,
                                                const T* logits, std::int64_t stride,
                                                const std::int64_t* labels, std::int64_t label,
                                                std::int64_t voxels, double* loss,
                                                double* focus) const {
    for (std::int64_t begin = 0; begin < voxels; begin += kBlock) {
      const std::int64_t n = std::min(kBlock, voxels - begin);
      block->load(logits + begin * stride, stride, labels + begin, label, n, *plan);
      const T *weight = block->weight, *f = block->focus, *minus = block->minus,
              *keep = block->keep;
      *loss += simd::sum<T>(n, [=](std::int64_t v) { return weight[v] * f[v] * minus[v]; });
      *focus += simd::sum<T>(n, [=](std::int64_t v) { return keep[v] * f[v]; });
    }
  }
};

template <class T>
struct DifferentiateFocal {
  [[gnu::always_inline]] inline void operator()(FocalBlock<T>* block, const FocalPlan<T>* plan,
                                                const T* logits, std::int64_t stride,
                                                const std::int64_t* labels, std::int64_t label,
                                                std::int64_t voxels, T loss, T focus,
                                                T* gradient) const {
    for (std::int64_t begin = 0; begin < voxels; begin += kBlock) {
      const std::int64_t n = std::min(kBlock, voxels - begin);
      block->load(logits + begin * stride, stride, labels + begin, label, n, *plan);
      FocalBlock<T>& b = *block;
      for (std::int64_t v = 0; v < n; ++v)
        b.x[v] = b.sign[v] * (loss * b.weight[v] * (b.slope[v] * b.minus[v] + b.focus[v] * b.e[v]) +
                              focus * b.keep[v] * b.slope[v]);
      for (std::int64_t v = 0; v < n; ++v) gradient[(begin + v) * stride] = b.x[v];
    }
  }
};

template <class T>
variable_list sums_of(const at::Tensor& z, const at::Tensor& labels, const FocalSumsOptions& o) {
  const Layout layout(z);
  const FocalPlan<T> plan(o);
  const std::int64_t first = layout.channels == 1 ? 1 : 0;
  std::vector<double> parts(
      static_cast<std::size_t>(2 * layout.samples * layout.chunks() * layout.channels));
  for_chunks(
      layout, [] { return FocalBlock<T>(); },
      [&](FocalBlock<T>& block, const Chunk& c) {
        for (std::int64_t channel = 0; channel < layout.channels; ++channel) {
          double* part = parts.data() + 2 * (c.index * layout.channels + channel);
          simd::run(
              AddFocal<T>(), &block, &plan,
              z.data_ptr<T>() + layout.place(c.sample, c.begin) + channel * layout.strides.channel,
              layout.strides.voxel,
              labels.data_ptr<std::int64_t>() + c.sample * layout.voxels + c.begin, channel + first,
              c.voxels, part, part + 1);
        }
      });
  const auto options = z.options().dtype(at::kDouble);
  variable_list sums{at::zeros({layout.samples, layout.channels}, options),
                     at::zeros({layout.samples, layout.channels}, options)};
  for (std::int64_t i = 0; i < layout.samples * layout.chunks(); ++i)
    for (std::int64_t channel = 0; channel < layout.channels; ++channel)
      for (std::size_t k = 0; k < 2; ++k)
        sums[k].data_ptr<double>()[i / layout.chunks() * layout.channels + channel] +=
            parts[static_cast<std::size_t>(2 * (i * layout.channels + channel)) + k];
  return sums;
}

template <class T>
at::Tensor gradient_of(const at::Tensor& z, const at::Tensor& labels, const FocalSumsOptions& o,
                       const at::Tensor& d_loss, const at::Tensor& d_focus) {
  const Layout layout(z);
  const FocalPlan<T> plan(o);
  const std::int64_t first = layout.channels == 1 ? 1 : 0;
  at::Tensor gradient = at::empty_like(z);
  for_chunks(
      layout, [] { return FocalBlock<T>(); },
      [&](FocalBlock<T>& block, const Chunk& c) {
        for (std::int64_t channel = 0; channel < layout.channels; ++channel) {
          const std::int64_t of = c.sample * layout.channels + channel;
          const std::int64_t place =
              layout.place(c.sample, c.begin) + channel * layout.strides.channel;
          simd::run(DifferentiateFocal<T>(), &block, &plan, z.data_ptr<T>() + place,
                    layout.strides.voxel,
                    labels.data_ptr<std::int64_t>() + c.sample * layout.voxels + c.begin,
                    channel + first, c.voxels, static_cast<T>(d_loss.data_ptr<double>()[of]),
                    static_cast<T>(d_focus.data_ptr<double>()[of]), gradient.data_ptr<T>() + place);
        }
      });
  return gradient;
}

class FocalSumsFunction final : public torch::autograd::Function<FocalSumsFunction> {
 public:
  static variable_list forward(AutogradContext* context, const at::Tensor& logits,
                               const at::Tensor& labels, const FocalSumsOptions& o) {
    const at::Tensor z = dense(logits), l = labels.contiguous();
    variable_list sums;
    AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "focal_sums",
                               [&] { sums = sums_of<scalar_t>(z, l, o); });
    context->save_for_backward({z, l});
    context->saved_data["options"] = save(o);
    return sums;
  }

  static variable_list backward(AutogradContext* context, variable_list d) {
    const variable_list saved = context->get_saved_variables();
    const auto o = load<FocalSumsOptions>(context->saved_data["options"]);
    at::Tensor gradient;
    AT_DISPATCH_FLOATING_TYPES(saved[0].scalar_type(), "focal_sums_backward", [&] {
      gradient = gradient_of<scalar_t>(saved[0], saved[1], o, d[0].contiguous(), d[1].contiguous());
    });
    return {gradient, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

FocalSums focal_sums(const at::Tensor& logits, const at::Tensor& labels,
                     const FocalSumsOptions& o) {
  if (!logits.is_cpu()) return focal_sums_plain(logits, labels, o);
  const variable_list sums = FocalSumsFunction::apply(logits, labels, o);
  return {sums[0], sums[1]};
}

FocalSums focal_sums_plain(const at::Tensor& logits, const at::Tensor& labels,
                           const FocalSumsOptions& o) {
  const std::int64_t first = logits.size(1) == 1 ? 1 : 0;
  const at::Tensor counted = labels.ne(o.ignored).flatten(1);
  std::vector<at::Tensor> losses, focuses;
  for (std::int64_t c = 0; c < logits.size(1); ++c) {
    const at::Tensor hit = labels.eq(c + first).flatten(1);
    const at::Tensor z = logits.select(1, c).flatten(1);
    const at::Tensor x = at::where(hit, -z, z);
    at::Tensor focus = (o.gamma * at::log_sigmoid(x)).exp();
    if (o.threshold)
      focus = at::where(at::sigmoid(-x).lt(*o.threshold), at::ones_like(x),
                        focus * std::pow(*o.threshold, -o.gamma));
    at::Tensor loss = -focus * at::log_sigmoid(-x);
    if (o.alpha)
      loss = loss * at::where(hit, at::full_like(z, *o.alpha), at::full_like(z, 1 - *o.alpha));
    losses.push_back((loss * counted).sum(1, false, at::kDouble));
    focuses.push_back((focus * counted).sum(1, false, at::kDouble));
  }
  return {at::stack(losses, 1), at::stack(focuses, 1)};
}

}  // namespace myoseg
