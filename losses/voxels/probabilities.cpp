#include "losses/voxels/probabilities.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <numeric>
#include <vector>

#include "core/parallel.h"
#include "core/simd.h"
#include "losses/voxels/dense.h"

namespace myoseg {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Logits to probabilities, and the gradient of one to that of the other. Within a chunk channel c
// of voxel v is at c * stride + v.
template <class T>
struct Softmax {
  T top[kBlock], sum[kBlock];

  [[gnu::always_inline]] inline void predict(const T* z, T* p, std::int64_t channels,
                                             std::int64_t stride, std::int64_t n) {
    // A single channel stands beside a logit of zero.
    for (std::int64_t v = 0; v < n; ++v) top[v] = channels == 1 ? T{0} : z[v];
    for (std::int64_t c = 0; c < channels; ++c) {
      const T* __restrict row = z + c * stride;
      for (std::int64_t v = 0; v < n; ++v) top[v] = top[v] < row[v] ? row[v] : top[v];
    }
    for (std::int64_t v = 0; v < n; ++v) sum[v] = simd::clamp(-top[v]);
    for (std::int64_t v = 0; v < n; ++v) sum[v] = channels == 1 ? simd::exp(sum[v]) : T{0};
    for (std::int64_t c = 0; c < channels; ++c) {
      const T* __restrict from = z + c * stride;
      T* __restrict to = p + c * stride;
      for (std::int64_t v = 0; v < n; ++v) to[v] = simd::clamp(from[v] - top[v]);
      for (std::int64_t v = 0; v < n; ++v) {
        to[v] = simd::exp(to[v]);
        sum[v] += to[v];
      }
    }
    for (std::int64_t v = 0; v < n; ++v) sum[v] = 1 / sum[v];
    for (std::int64_t c = 0; c < channels; ++c) {
      T* __restrict to = p + c * stride;
      for (std::int64_t v = 0; v < n; ++v) to[v] *= sum[v];
    }
  }

  // The background beside a single channel has a gradient of zero.
  [[gnu::always_inline]] inline void differentiate(const T* p, const T* d, T* gradient,
                                                   std::int64_t channels, std::int64_t stride,
                                                   std::int64_t n) {
    for (std::int64_t v = 0; v < n; ++v) sum[v] = 0;
    for (std::int64_t c = 0; c < channels * stride; c += stride)
      for (std::int64_t v = 0; v < n; ++v) sum[v] += p[c + v] * d[c + v];
    for (std::int64_t c = 0; c < channels * stride; c += stride)
      for (std::int64_t v = 0; v < n; ++v) gradient[c + v] = p[c + v] * (d[c + v] - sum[v]);
  }
};

template <class T>
struct Predict {
  [[gnu::always_inline]] inline void operator()(Softmax<T>* softmax, const T* z, T* p,
                                                std::int64_t channels, std::int64_t stride,
                                                std::int64_t voxels) const {
    for (std::int64_t v = 0; v < voxels; v += kBlock)
      softmax->predict(z + v, p + v, channels, stride, std::min(kBlock, voxels - v));
  }
};

template <class T>
struct Differentiate {
  [[gnu::always_inline]] inline void operator()(Softmax<T>* softmax, const T* p, const T* d,
                                                T* gradient, std::int64_t channels,
                                                std::int64_t stride, std::int64_t voxels) const {
    for (std::int64_t v = 0; v < voxels; v += kBlock)
      softmax->differentiate(p + v, d + v, gradient + v, channels, stride,
                             std::min(kBlock, voxels - v));
  }
};

class Probabilities final : public torch::autograd::Function<Probabilities> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& logits) {
    const at::Tensor z = logits.contiguous();
    at::Tensor p = at::empty_like(z);
    const Layout layout(z);
    AT_DISPATCH_FLOATING_TYPES(z.scalar_type(), "probabilities", [&] {
      for_chunks(
          layout, [] { return Softmax<scalar_t>(); },
          [&](Softmax<scalar_t>& softmax, const Chunk& c) {
            const std::int64_t place = layout.place(c.sample, c.begin);
            simd::run(Predict<scalar_t>(), &softmax, z.data_ptr<scalar_t>() + place,
                      p.data_ptr<scalar_t>() + place, layout.channels, layout.voxels, c.voxels);
          });
    });
    context->save_for_backward({p});
    return p;
  }

  static variable_list backward(AutogradContext* context, variable_list d_out) {
    const at::Tensor p = context->get_saved_variables()[0], d = d_out[0].contiguous();
    at::Tensor gradient = at::empty_like(p);
    const Layout layout(p);
    AT_DISPATCH_FLOATING_TYPES(p.scalar_type(), "probabilities_backward", [&] {
      for_chunks(
          layout, [] { return Softmax<scalar_t>(); },
          [&](Softmax<scalar_t>& softmax, const Chunk& c) {
            const std::int64_t place = layout.place(c.sample, c.begin);
            simd::run(Differentiate<scalar_t>(), &softmax, p.data_ptr<scalar_t>() + place,
                      d.data_ptr<scalar_t>() + place, gradient.data_ptr<scalar_t>() + place,
                      layout.channels, layout.voxels, c.voxels);
          });
    });
    return {gradient};
  }
};

class SteadySum final : public torch::autograd::Function<SteadySum> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& values) {
    const at::Tensor x = values.contiguous();
    const std::int64_t chunks = (x.numel() + kChunk - 1) / kChunk;
    std::vector<double> parts(static_cast<std::size_t>(chunks));
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "steady_sum", [&] {
      parallel_for(parts.size(), [&](std::size_t i) {
        const std::int64_t begin = static_cast<std::int64_t>(i) * kChunk;
        const scalar_t* of = x.data_ptr<scalar_t>() + begin;
        parts[i] = std::accumulate(of, of + std::min(kChunk, x.numel() - begin), 0.0);
      });
    });
    context->saved_data["shape"] = values.sizes().vec();
    context->saved_data["type"] = static_cast<std::int64_t>(values.scalar_type());
    return at::scalar_tensor(std::accumulate(parts.begin(), parts.end(), 0.0),
                             x.options().dtype(at::kDouble));
  }

  static variable_list backward(AutogradContext* context, variable_list d) {
    const auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    return {d[0].to(type).expand(context->saved_data["shape"].toIntVector())};
  }
};

}  // namespace

at::Tensor probabilities(const at::Tensor& logits) {
  if (logits.is_cpu()) return Probabilities::apply(logits).flatten(2);
  return (logits.size(1) == 1 ? at::sigmoid(logits) : at::softmax(logits, 1)).flatten(2);
}

at::Tensor steady_sum(const at::Tensor& values) {
  return values.is_cpu() ? SteadySum::apply(values) : values.sum(at::kDouble);
}

}  // namespace myoseg
