// Which cases have a condition, such as sarcopenia: a column that says so, or a number below a
// cut-off that may differ between strata.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/fields/fields.h"
#include "core/table/table.h"

namespace myoseg {

struct CutOff {
  std::string stratum;  // empty where the cases are not divided
  double below = 0;     // cases with a smaller number have the condition
};
void describe(Fields& f, CutOff& o);

struct ConditionOptions {
  std::string condition, condition_name, strata;
  std::vector<CutOff> cut_offs;
};
// The four fields, as a part of an analysis's options.
void describe_condition(Fields& f, ConditionOptions& o);

// Cases of one stratum.
struct Stratum {
  std::string name;               // as the table first writes it; empty: all cases
  std::vector<std::size_t> rows;  // of the table: those in which the condition is known
  std::vector<double> has;        // 1 or 0, of each row
  std::optional<CutOff> cut_off;
};
struct Condition {
  std::string name;             // of the condition
  std::vector<Stratum> strata;  // in the order of the cut-offs, else by name
  std::string coding;           // "1: smi below 5.4 (F), below 7 (M); 0: the others."
  std::size_t left_out = 0;     // cases of which stratum or condition is not known
};
// Names of strata are compared by match_key. Error(bad_data) naming the table for a column that is
// not there, a condition that is neither 0 nor 1 and has no cut-off, and a stratum without one.
[[nodiscard]] Condition find_condition(const Table& cases, const ConditionOptions& options);

}  // namespace myoseg
