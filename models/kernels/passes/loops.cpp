#include "models/kernels/passes/loops.h"

#include "models/kernels/instruction_set.h"

namespace myoseg::kernels {

const PassLoops& pass_loops() {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return kLoopsAvx512;
    case InstructionSet::avx2:
      return kLoopsAvx2;
    case InstructionSet::plain:
      break;
  }
  return kLoopsPlain;
}

}  // namespace myoseg::kernels
