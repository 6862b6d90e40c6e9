// Compiled with the instructions that its name says, see cmake/KernelFlags.cmake.
#include "models/kernels/micro/rows_of.h"

namespace myoseg::kernels {

const RowKernels kRowsAvx512 = kRowsHere;

}  // namespace myoseg::kernels
