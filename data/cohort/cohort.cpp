// The table of cohorts.
#include <array>

#include "data/cohort/cohort.h"

namespace myoseg {

extern const CohortEntry kL3;
extern const CohortEntry kThigh;

std::span<const CohortEntry* const> table(const CohortEntry*) {
  static const std::array<const CohortEntry*, 2> kTable{&kL3, &kThigh};
  return kTable;
}

}  // namespace myoseg
