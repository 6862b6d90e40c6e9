// Compiled with the instructions that its name says, see cmake/KernelFlags.cmake.
#include "models/kernels/passes/loops_of.h"

namespace myoseg::kernels {

const PassLoops kLoopsAvx512 = kLoops;

}  // namespace myoseg::kernels
