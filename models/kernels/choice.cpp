#include "models/kernels/choice.h"

#include "models/kernels/winograd.h"

namespace myoseg::kernels {
namespace {

// Measured with whole steps (MANet, DynUNet; AVX2): with few squares the filters' transforms cost
// more than the squares' products save, and those of 2 x 2 are half as large. From 30 to 100 the
// steps take the same time.
constexpr std::int64_t kFewSquares = 64;
// Transposed ones, whose filters are four times as many.
constexpr std::int64_t kFewTransposed = 128;

std::int64_t squares(const ConvShape& shape, std::int64_t batch,
                     const std::array<std::int64_t, 3>& size) {
  const std::int64_t planes = shape.kernel[0] == 3 ? (size[0] + 1) / 2 : size[0];
  return batch * planes * ((size[1] + 3) / 4) * ((size[2] + 3) / 4);
}

}  // namespace

std::optional<Method> method_for(const ConvShape& shape, std::int64_t batch,
                                 const std::array<std::int64_t, 3>& size, Kernels kernels) {
  if (kernels == Kernels::library) return {};
  if (!winograd::fits(shape)) return Method::direct;
  if (kernels == Kernels::f4) return Method::winograd_f4;
  // Squares of 2 x 2 save a transposed one nothing.
  if (shape.transposed)
    return kernels == Kernels::f2 || squares(shape, batch, size) < kFewTransposed
               ? Method::direct
               : Method::winograd_f4;
  if (kernels == Kernels::f2) return Method::winograd_f2;
  return squares(shape, batch, size) < kFewSquares ? Method::winograd_f2 : Method::winograd_f4;
}

}  // namespace myoseg::kernels
