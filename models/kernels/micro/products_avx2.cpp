// Compiled with the instructions that its name says, see cmake/KernelFlags.cmake.
#include "models/kernels/micro/products_of.h"

namespace myoseg::kernels {

const MicroKernels kMicroAvx2 = kMicro;

}  // namespace myoseg::kernels
