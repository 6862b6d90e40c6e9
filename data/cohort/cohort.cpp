// The table of cohorts.
#include <array>

#include "data/cohort/cohort.h"

namespace myoseg {

extern const CohortEntry kL3;
extern const CohortEntry kThigh;
extern const CohortEntry kLeg;

std::span<const CohortEntry* const> table(const CohortEntry*) {
  static const std::array<const CohortEntry*, 3> kTable{&kL3, &kThigh, &kLeg};
  return kTable;
}

}  // namespace myoseg
