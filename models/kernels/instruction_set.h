// Which instructions the kernels may use.
#pragma once

#include <array>
#include <string_view>

#include "core/choice.h"

namespace myoseg::kernels {

enum class InstructionSet { plain, avx2, avx512 };
constexpr auto choice_names(InstructionSet) {
  return std::to_array<std::string_view>({"plain", "avx2", "avx512"});
}

// The best that this processor has and that LibTorch's own variable ATEN_CPU_CAPABILITY
// ("default", "avx2", "avx512") allows. Decided once.
[[nodiscard]] InstructionSet instruction_set();

// For tests: while it lives, instruction_set() answers `set`, which the processor must have.
class UsedInstructionSet {
 public:
  explicit UsedInstructionSet(InstructionSet set);
  ~UsedInstructionSet();
  UsedInstructionSet(const UsedInstructionSet&) = delete;
  UsedInstructionSet& operator=(const UsedInstructionSet&) = delete;

 private:
  InstructionSet before_;
};
// Those that this processor has, `plain` first.
[[nodiscard]] bool has(InstructionSet set);

}  // namespace myoseg::kernels
