#include "models/kernels/micro/products.h"

#include "models/kernels/instruction_set.h"

namespace myoseg::kernels {

const MicroKernels& micro_kernels() {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return kMicroAvx512;
    case InstructionSet::avx2:
      return kMicroAvx2;
    case InstructionSet::plain:
      break;
  }
  return kMicroPlain;
}

}  // namespace myoseg::kernels
