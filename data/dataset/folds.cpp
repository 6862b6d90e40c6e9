#include "data/dataset/folds.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/names.h"
#include "core/random.h"
#include "core/table/table.h"

namespace myoseg {
namespace {

using Json = nlohmann::ordered_json;
using Patients = std::map<std::string, std::vector<std::string>>;  // patient -> case ids

constexpr std::size_t kQuantileBins = 4;  // for a numeric column to stratify by

Patients patients_of(const Dataset& dataset) {
  Patients patients;
  for (const Case& item : dataset.cases) patients[item.patient].push_back(item.id);
  return patients;
}

// The stratum of each patient: the column's value, or its quarter of all values when they are
// numbers of many kinds.
std::map<std::string, std::string> strata_of(const Dataset& dataset, const std::string& column) {
  std::map<std::string, std::string> strata;
  for (const Case& item : dataset.cases) {
    if (column.empty()) {
      strata[item.patient] = "";
      continue;
    }
    const auto found = item.attributes.find(match_key(column));
    if (found == item.attributes.end()) {
      std::vector<std::string> known;
      for (const auto& [name, value] : item.attributes) known.push_back(name);
      throw data_error("validation.stratify={}: case {} has no such attribute; it has {}", column,
                       item.id,
                       known.empty() ? "none (is there a cases.csv?)"
                                     : join(known) + did_you_mean(column, known));
    }
    strata.emplace(item.patient, found->second);  // a patient's first case decides
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

// Patients in an order given by the seed, stratum after stratum, so that dealing them out in turn
// spreads each stratum.
std::vector<std::string> dealing_order(const std::map<std::string, std::string>& strata,
                                       std::uint64_t seed) {
  std::map<std::string, std::vector<std::string>> by_stratum;
  for (const auto& [patient, stratum] : strata) by_stratum[stratum].push_back(patient);
  std::vector<std::string> order;
  std::uint64_t number = 0;
  for (const auto& [stratum, patients] : by_stratum)
    for (const std::size_t i : Random(seed, "folds", {number++}).permutation(patients.size()))
      order.push_back(patients[i]);
  return order;
}

// Moves the tuning patients of a fold out of its training part.
void set_tuning_aside(Fold& fold, const Dataset& dataset, double fraction, std::uint64_t seed,
                      std::uint64_t number) {
  Patients training;
  for (const std::string& id : fold.train) training[dataset.find(id).patient].push_back(id);
  constexpr std::size_t kFewest = 3;  // below this nothing can be spared
  if (fraction <= 0 || training.size() < kFewest) return;
  const auto wanted =
      static_cast<std::size_t>(std::lround(fraction * static_cast<double>(training.size())));
  const std::size_t count = std::clamp<std::size_t>(wanted, 1, training.size() - 1);
  std::vector<std::string> names;
  for (const auto& [patient, ids] : training) names.push_back(patient);
  const auto order = Random(seed, "tuning", {number}).permutation(names.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto& ids = training.at(names[order[i]]);
    fold.tuning.insert(fold.tuning.end(), ids.begin(), ids.end());
    training.erase(names[order[i]]);
  }
  fold.train.clear();
  for (const auto& [patient, ids] : training)
    fold.train.insert(fold.train.end(), ids.begin(), ids.end());
  std::sort(fold.train.begin(), fold.train.end());
  std::sort(fold.tuning.begin(), fold.tuning.end());
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

// A patient held out in two folds would be scored twice.
void refuse_shared_held_out(const std::vector<Fold>& folds, const Dataset& dataset,
                            const std::string& file) {
  std::map<std::string, std::size_t> held_out;
  for (std::size_t k = 0; k < folds.size(); ++k)
    for (const std::string& id : folds[k].test) {
      const std::string& patient = dataset.find(id).patient;
      const auto [other, fresh] = held_out.emplace(patient, k);
      if (!fresh && other->second != k)
        throw data_error(
            "{}: patient {} (case {}) is held out in fold {} and again in fold {}; hold each "
            "patient out once",
            file, patient, id, other->second, k);
    }
}

// One side of a fold without the cases that data.max_patients drops.
std::vector<std::string> side_of(const Json& entry, const char* key, const Dataset& dataset,
                                 const std::string& where) {
  std::set<std::string> seen;
  const std::set<std::string> left_out(dataset.left_out.begin(), dataset.left_out.end());
  std::vector<std::string> ids;
  for (const auto& id : entry.at(key).get<std::vector<std::string>>()) {
    if (!seen.insert(id).second) throw data_error("{}: names case {} twice in {}", where, id, key);
    if (left_out.contains(id)) continue;
    if (std::none_of(dataset.cases.begin(), dataset.cases.end(),
                     [&](const Case& item) { return item.id == id; }))
      throw data_error("{}: names case {}, which the data set does not have", where, id);
    ids.push_back(id);
  }
  if (ids.empty())
    throw data_error(
        "{}: has no case in {}; set validation.use_splits_file=false to deal new folds", where,
        key);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<Fold> folds_of_file(const std::filesystem::path& file, const Dataset& dataset) {
  std::vector<Fold> folds;
  const Json list = parse_json(read_file(file), file.string());
  try {
    for (const Json& entry : list) {
      const std::string where = fmt::format("{}: fold {}", file.string(), folds.size());
      Fold fold;
      fold.train = side_of(entry, "train", dataset, where);
      fold.test = side_of(entry, "val", dataset, where);
      refuse_shared_patients(fold, dataset, where);
      folds.push_back(std::move(fold));
    }
  } catch (const Json::exception&) {
    throw data_error("{}: fold {} is not of the form {{\"train\": [cases], \"val\": [cases]}}",
                     file.string(), folds.size());
  }
  if (folds.empty()) throw data_error("{}: has no fold", file.string());
  refuse_shared_held_out(folds, dataset, file.string());
  return folds;
}

std::vector<Fold> dealt_folds(const Dataset& dataset, const ValidationOptions& options,
                              std::uint64_t seed) {
  const Patients patients = patients_of(dataset);
  const auto count = static_cast<std::size_t>(options.folds);
  if (patients.size() < count)
    throw data_error("{}: has {} patients, too few for validation.folds={}", dataset.name,
                     patients.size(), options.folds);
  const auto order = dealing_order(strata_of(dataset, options.stratify), seed);
  std::vector<Fold> folds(count);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& ids = patients.at(order[i]);
    for (std::size_t k = 0; k < count; ++k) {
      auto& side = k == i % count ? folds[k].test : folds[k].train;
      side.insert(side.end(), ids.begin(), ids.end());
    }
  }
  for (Fold& fold : folds) {
    std::sort(fold.train.begin(), fold.train.end());
    std::sort(fold.test.begin(), fold.test.end());
  }
  return folds;
}

}  // namespace

void describe(Fields& f, ValidationOptions& o) {
  f("folds", o.folds, at_least(2), "Folds of the cross-validation.");
  f("stratify", o.stratify,
    "Attribute whose values are spread evenly over the folds; empty: none.");
  f("tuning_fraction", o.tuning_fraction, between(0, 0.5),
    "Share of a fold's training patients that steers the schedule and picks the best epoch; 0: the "
    "held-out fold does.");
  f("use_splits_file", o.use_splits_file,
    "Take the folds from splits_final.json when the data set has one.");
}

std::vector<Fold> make_folds(const Dataset& dataset, const ValidationOptions& options,
                             std::uint64_t seed) {
  const auto file = dataset.root / kSplitsFile;
  const bool given = options.use_splits_file && std::filesystem::exists(file);
  std::vector<Fold> folds =
      given ? folds_of_file(file, dataset) : dealt_folds(dataset, options, seed);
  for (std::size_t k = 0; k < folds.size(); ++k)
    set_tuning_aside(folds[k], dataset, options.tuning_fraction, seed, k);
  return folds;
}

}  // namespace myoseg
