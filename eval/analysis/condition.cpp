#include "eval/analysis/condition.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/names.h"
#include "eval/analysis/analysis.h"

namespace myoseg {
namespace {

const CutOff* cut_off_of(const ConditionOptions& options, const std::string& stratum) {
  for (const CutOff& one : options.cut_offs)
    if (match_key(one.stratum) == match_key(stratum)) return &one;
  return nullptr;
}

// 0 for a stratum that comes first.
std::size_t place_of(const ConditionOptions& options, const Stratum& stratum) {
  return static_cast<std::size_t>(cut_off_of(options, stratum.name) - options.cut_offs.data());
}

// Every case's row under its stratum; rows without one are counted.
std::vector<Stratum> strata_of(const Table& cases, const std::string& column,
                               std::size_t& left_out) {
  std::map<std::string, Stratum> strata;  // by match_key
  const std::size_t place = column_of(cases, column);
  for (std::size_t r = 0; r < cases.rows.size(); ++r) {
    const std::string& name = cases.rows[r][place];
    if (is_missing(name)) {
      ++left_out;
      continue;
    }
    Stratum& stratum = strata[match_key(name)];
    if (stratum.rows.empty()) stratum.name = name;
    stratum.rows.push_back(r);
  }
  std::vector<Stratum> list;
  for (auto& [key, stratum] : strata) list.push_back(std::move(stratum));
  return list;
}

Stratum all_cases(const Table& cases) {
  Stratum all;
  all.rows.resize(cases.rows.size());
  std::iota(all.rows.begin(), all.rows.end(), std::size_t{0});
  return all;
}

void set_cut_offs(std::vector<Stratum>& strata, const Table& cases,
                  const ConditionOptions& options) {
  for (Stratum& stratum : strata) {
    const CutOff* found = cut_off_of(options, stratum.name);
    if (found == nullptr)
      throw data_error("{}: column '{}' has the value '{}', of which cut_offs say nothing",
                       cases.source, options.strata, stratum.name);
    stratum.cut_off = *found;
  }
  std::stable_sort(strata.begin(), strata.end(), [&](const Stratum& a, const Stratum& b) {
    return place_of(options, a) < place_of(options, b);
  });
}

// Leaves out the rows that say nothing of the condition.
void decide(Stratum& stratum, const Table& cases, std::size_t column, std::size_t& left_out) {
  std::vector<std::size_t> known;
  for (const std::size_t r : stratum.rows) {
    if (is_missing(cases.rows[r][column])) {
      ++left_out;
      continue;
    }
    const double value = cases.number(r, column);
    if (!stratum.cut_off && value != 0 && value != 1)
      throw data_error(
          "{}: column '{}' holds {:g}, which is neither 0 nor 1; cut_offs make a condition of "
          "numbers",
          cases.source, cases.columns[column], value);
    known.push_back(r);
    stratum.has.push_back(stratum.cut_off ? (value < stratum.cut_off->below ? 1 : 0) : value);
  }
  stratum.rows = std::move(known);
}

std::string coding_of(const Condition& condition, const ConditionOptions& options) {
  if (options.cut_offs.empty())
    return fmt::format("1: cases that the column {} gives a 1; 0: those that it gives a 0.",
                       options.condition);
  std::vector<std::string> below;
  for (const Stratum& stratum : condition.strata)
    below.push_back(fmt::format("below {:g}{}", stratum.cut_off->below,
                                stratum.name.empty() ? "" : " (" + stratum.name + ")"));
  return fmt::format("1: {} {}; 0: the others.", options.condition, join(below));
}

}  // namespace

void describe(Fields& f, CutOff& o) {
  f("stratum", o.stratum, "Value of the column `strata`; empty without strata.");
  f("below", o.below, kAny.must_be_given(), "Cases with a smaller number have the condition.");
}

void describe_condition(Fields& f, ConditionOptions& o) {
  f("condition", o.condition, kAny.must_be_given(),
    "Column of 0 and 1, or of the numbers that cut_offs make a condition of.");
  f("condition_name", o.condition_name, "What the condition is called; empty: as its column.");
  f("cut_offs", o.cut_offs,
    "Below which number a case has the condition, one for each stratum: a list of {stratum, "
    "below}.");
  f("strata", o.strata, "Column that divides the cases, such as sex; empty: all of them together.");
  const bool divided = std::all_of(o.cut_offs.begin(), o.cut_offs.end(),
                                   [](const CutOff& one) { return !one.stratum.empty(); });
  f.require(o.strata.empty() ? o.cut_offs.size() <= 1 && (o.cut_offs.empty() || !divided) : divided,
            "each of cut_offs must name its stratum with strata, and there is one without a "
            "stratum at most without strata");
}

Condition find_condition(const Table& cases, const ConditionOptions& options) {
  const std::size_t column = column_of(cases, options.condition);
  Condition condition;
  condition.name = options.condition_name.empty() ? options.condition : options.condition_name;
  if (options.strata.empty())
    condition.strata = {all_cases(cases)};
  else
    condition.strata = strata_of(cases, options.strata, condition.left_out);
  if (!options.cut_offs.empty()) set_cut_offs(condition.strata, cases, options);
  for (Stratum& stratum : condition.strata) decide(stratum, cases, column, condition.left_out);
  condition.coding = coding_of(condition, options);
  return condition;
}

}  // namespace myoseg
