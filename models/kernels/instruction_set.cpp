#include "models/kernels/instruction_set.h"

#include <cstdlib>

namespace myoseg::kernels {
namespace {

InstructionSet allowed_by_environment() {
  const char* value = std::getenv("ATEN_CPU_CAPABILITY");
  const std::string_view wanted = value == nullptr ? "" : value;
  if (wanted == "default") return InstructionSet::plain;
  if (wanted == "avx2") return InstructionSet::avx2;
  return InstructionSet::avx512;
}

InstructionSet best() {
  for (const auto set : {InstructionSet::avx512, InstructionSet::avx2})
    if (set <= allowed_by_environment() && has(set)) return set;
  return InstructionSet::plain;
}

InstructionSet& used() {
  static InstructionSet set = best();
  return set;
}

}  // namespace

bool has(InstructionSet set) {
#if defined(__x86_64__)
  if (set == InstructionSet::avx2)
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
  if (set == InstructionSet::avx512)
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
           __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512bw") != 0;
#endif
  return set == InstructionSet::plain;
}

InstructionSet instruction_set() { return used(); }

UsedInstructionSet::UsedInstructionSet(InstructionSet set) : before_(used()) { used() = set; }
UsedInstructionSet::~UsedInstructionSet() { used() = before_; }

}  // namespace myoseg::kernels
