// Compiled with the instructions that its name says, see cmake/KernelFlags.cmake.
#include "models/kernels/winograd/transforms_of.h"

namespace myoseg::kernels::winograd {

const Transforms kTransformsPlain[2] = {kTransforms<2>, kTransforms<4>};

}  // namespace myoseg::kernels::winograd
