#include <array>

#include "data/cohort.h"

namespace myoseg {

extern const CohortEntry kL3;

std::span<const CohortEntry* const> table(const CohortEntry*) {
  static const std::array<const CohortEntry*, 1> kTable{&kL3};
  return kTable;
}

}  // namespace myoseg
