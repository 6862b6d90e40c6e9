#include "models/kernels/choice.h"

#include "models/kernels/winograd.h"

namespace myoseg::kernels {
namespace {

Method winograd_for(const ConvShape&, std::int64_t /*batch*/,
                    const std::array<std::int64_t, 3>& size, Kernels kernels) {
  if (kernels == Kernels::f2) return Method::winograd_f2;
  if (kernels == Kernels::f4) return Method::winograd_f4;
  // Squares of 4 x 4 that hang over the border by half are no gain.
  return size[1] % 4 != 0 && size[1] < 8 ? Method::winograd_f2 : Method::winograd_f4;
}

}  // namespace

PassMethods methods_for(const ConvShape& shape, std::int64_t batch,
                        const std::array<std::int64_t, 3>& size, Kernels kernels) {
  if (kernels == Kernels::library) return {};
  const Method method =
      winograd::fits(shape) ? winograd_for(shape, batch, size, kernels) : Method::direct;
  return {method, method, method};
}

}  // namespace myoseg::kernels
