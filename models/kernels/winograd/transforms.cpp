#include "models/kernels/winograd/transforms.h"

#include "models/kernels/instruction_set.h"

namespace myoseg::kernels::winograd {

const Transforms& transforms(std::int64_t m) {
  const int which = m == 4 ? 1 : 0;
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return kTransformsAvx512[which];
    case InstructionSet::avx2:
      return kTransformsAvx2[which];
    case InstructionSet::plain:
      break;
  }
  return kTransformsPlain[which];
}

}  // namespace myoseg::kernels::winograd
