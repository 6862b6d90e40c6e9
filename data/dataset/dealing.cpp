#include "data/dataset/dealing.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/names.h"
#include "core/random.h"
#include "core/table/table.h"

namespace myoseg {
namespace {

constexpr std::size_t kQuantileBins = 4;  // for a numeric column to stratify by

// The stratum of each patient: the column's value, or its quarter of all values when they are
// numbers of many kinds.
std::map<std::string, std::string> strata_of(const Dataset& dataset, const std::string& column) {
  std::map<std::string, std::string> strata;
  for (const Case& item : dataset.cases) {
    if (column.empty()) {
      strata[item.patient] = "";
      continue;
    }
    strata.emplace(item.patient, attribute_of(item, column, "validation.stratify"));
  }
  std::vector<double> numbers;
  std::set<std::string> kinds;
  for (const auto& [patient, value] : strata) {
    kinds.insert(value);
    if (const auto number = as_number(value); number && std::isfinite(*number))
      numbers.push_back(*number);
  }
  if (numbers.size() < strata.size() || kinds.size() <= kQuantileBins) return strata;
  std::sort(numbers.begin(), numbers.end());
  for (auto& [patient, value] : strata) {
    const auto rank =
        std::lower_bound(numbers.begin(), numbers.end(), *as_number(value)) - numbers.begin();
    value = std::to_string(static_cast<std::size_t>(rank) * kQuantileBins / numbers.size());
  }
  return strata;
}

}  // namespace

Patients patients_of(const Dataset& dataset) {
  Patients patients;
  for (const Case& item : dataset.cases) patients[item.patient].push_back(item.id);
  return patients;
}

const std::string& attribute_of(const Case& item, const std::string& column,
                                const std::string& key) {
  const auto found = item.attributes.find(match_key(column));
  if (found != item.attributes.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [name, value] : item.attributes) known.push_back(name);
  throw data_error(
      "{}={}: case {} has no such attribute; it has {}", key, column, item.id,
      known.empty() ? "none (is there a cases.csv?)" : join(known) + did_you_mean(column, known));
}

std::vector<std::string> dealing_order(const Dataset& dataset, const std::string& column,
                                       std::uint64_t seed) {
  std::map<std::string, std::vector<std::string>> by_stratum;
  for (const auto& [patient, stratum] : strata_of(dataset, column))
    by_stratum[stratum].push_back(patient);
  std::vector<std::string> order;
  std::uint64_t number = 0;
  for (const auto& [stratum, patients] : by_stratum)
    for (const std::size_t i : Random(seed, "folds", {number++}).permutation(patients.size()))
      order.push_back(patients[i]);
  return order;
}

void refuse_shared_patients(const Fold& fold, const Dataset& dataset, const std::string& where) {
  std::map<std::string, std::string> training;
  for (const std::string& id : fold.train) training.emplace(dataset.find(id).patient, id);
  for (const std::string& id : fold.test) {
    const auto shared = training.find(dataset.find(id).patient);
    if (shared != training.end())
      throw data_error(
          "{}: patient {} stands on both sides: case {} trains, case {} is held out; keep a "
          "patient's cases together",
          where, shared->first, shared->second, id);
  }
}

}  // namespace myoseg
