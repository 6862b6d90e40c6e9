#include "models/blocks/initialisation.h"

#include <ATen/ATen.h>

#include <cmath>

#include "core/random.h"
#include "models/blocks/layers.h"

namespace myoseg {

void initialise_conv(Conv& conv, ConvInit init, std::uint64_t seed, const std::string& path) {
  at::NoGradGuard no_grad;
  for (const auto& parameter : conv.named_parameters(/*recurse=*/false)) {
    const at::Tensor& weight = parameter.value();
    if (weight.dim() == 1) {
      weight.zero_();
      continue;
    }
    const std::int64_t window = weight.numel() / (weight.size(0) * weight.size(1));
    const auto fan_in = static_cast<double>(window * weight.size(1));
    const auto fan_out = static_cast<double>(window * weight.size(0));
    double sd = 0;
    switch (init) {
      case ConvInit::kaiming_normal_fan_in:
      case ConvInit::kaiming_uniform_fan_in:
        sd = std::sqrt(2 / fan_in);
        break;
      case ConvInit::kaiming_normal_leaky:
        sd = std::sqrt(2 / ((1 + 0.01 * 0.01) * fan_in));
        break;
      case ConvInit::kaiming_normal_fan_out:
        sd = std::sqrt(2 / fan_out);
        break;
      case ConvInit::xavier_uniform:
        sd = std::sqrt(2 / (fan_in + fan_out));
        break;
    }
    const bool normal =
        init != ConvInit::kaiming_uniform_fan_in && init != ConvInit::xavier_uniform;
    const double bound = std::sqrt(3.0) * sd;
    Random random(seed, "weights " + path + "." + parameter.key());
    const at::Tensor values = at::empty(weight.sizes(), at::kFloat);
    float* v = values.data_ptr<float>();
    for (std::int64_t i = 0; i < values.numel(); ++i)
      v[i] = static_cast<float>(normal ? random.normal(0, sd) : random.uniform(-bound, bound));
    weight.copy_(values);
  }
}

}  // namespace myoseg
