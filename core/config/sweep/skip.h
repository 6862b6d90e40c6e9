// Combinations that a sweep leaves out.
#pragma once

#include <string>
#include <vector>

#include "core/config/override/override.h"
#include "core/config/sweep/values.h"
#include "core/config/tree/node.h"

namespace myoseg {

// One override of every job and the values it takes.
struct SweepSlot {
  Override given;
  std::vector<SweepValue> values;  // one when it is not swept

  [[nodiscard]] bool swept() const { return given.sweep.has_value(); }
  [[nodiscard]] bool interval() const {
    return swept() && given.sweep->kind == Sweep::Kind::interval;
  }
};

// SweepRules::skip against the overrides of the jobs; both must outlive it.
class SkipRules {
 public:
  // Error(bad_usage) naming the entry that is no mapping or has a key that no job sets.
  SkipRules(const std::vector<Node>& entries, const std::vector<SweepSlot>& slots);

  // `chosen` has each slot's value in one job.
  [[nodiscard]] bool drops(const std::vector<const SweepValue*>& chosen) const;

 private:
  // An entry may name a key with or without the sign before it.
  [[nodiscard]] std::vector<std::size_t> slots_of(const std::string& key) const;

  const std::vector<Node>& entries_;
  const std::vector<SweepSlot>& slots_;
};

}  // namespace myoseg
