// Compiled with the instructions that its name says, see cmake/KernelFlags.cmake.
#include "models/kernels/passes/rows_of.h"

namespace myoseg::kernels {

const RowPasses kRowsAvx2 = kRows;

}  // namespace myoseg::kernels
