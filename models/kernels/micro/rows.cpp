#include "models/kernels/micro/rows.h"

#include "models/kernels/instruction_set.h"

namespace myoseg::kernels {

const RowKernels& row_kernels() {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return kRowsAvx512;
    case InstructionSet::avx2:
      return kRowsAvx2;
    case InstructionSet::plain:
      break;
  }
  return kRowsPlain;
}

}  // namespace myoseg::kernels
