#include "models/blocks/fused/features.h"

#include <ATen/ATen.h>

namespace myoseg::fused {
namespace {

// Numbers from a place to the next; 0 where places do not lie in their order.
std::int64_t place_stride(const at::Tensor& x) {
  const std::int64_t channels = x.size(1);
  if (channels > 1 && x.stride(1) != 1) return 0;
  std::int64_t stride = 0, places = 1;
  const auto fits = [&](std::int64_t dim) {
    if (x.size(dim) > 1) {
      if (stride == 0) stride = x.stride(dim);
      if (x.stride(dim) != stride * places) return false;
    }
    places *= x.size(dim);
    return true;
  };
  for (std::int64_t dim = x.dim() - 1; dim >= 2; --dim)
    if (!fits(dim)) return 0;
  if (!fits(0)) return 0;
  if (stride == 0) stride = channels;
  return stride >= channels ? stride : 0;
}

template <class T>
kernels::FeaturesOf<T> features_of(const at::Tensor& x) {
  const bool volume = x.dim() == 5;
  return {.data = x.data_ptr<float>(),
          .batch = x.size(0),
          .depth = volume ? x.size(2) : 1,
          .height = x.size(x.dim() - 2),
          .width = x.size(x.dim() - 1),
          .channels = x.size(1),
          .stride = place_stride(x)};
}

}  // namespace

at::MemoryFormat channels_last(std::int64_t dims) {
  return dims == 5 ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::ChannelsLast;
}

at::Tensor as_features(const at::Tensor& x) {
  return place_stride(x) > 0 ? x : x.contiguous(channels_last(x.dim()));
}

at::Tensor empty_features(at::IntArrayRef sizes) {
  return at::empty(sizes, at::TensorOptions(at::kFloat),
                   channels_last(static_cast<std::int64_t>(sizes.size())));
}

kernels::Features features(const at::Tensor& x) { return features_of<float>(x); }
kernels::ConstFeatures const_features(const at::Tensor& x) { return features_of<const float>(x); }

}  // namespace myoseg::fused
