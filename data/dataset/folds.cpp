#include "data/dataset/folds.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/names.h"
#include "core/random.h"
#include "core/table/table.h"
#include "data/dataset/dealing.h"
#include "data/dataset/splits_file.h"

namespace myoseg {
namespace {

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

void put(Fold& fold, const std::vector<std::string>& ids, bool held_out) {
  auto& side = held_out ? fold.test : fold.train;
  side.insert(side.end(), ids.begin(), ids.end());
}

std::vector<Fold> dealt_folds(const Dataset& dataset, const ValidationOptions& options,
                              std::uint64_t seed) {
  const Patients patients = patients_of(dataset);
  const auto count = static_cast<std::size_t>(options.folds);
  if (patients.size() < count)
    throw data_error("{}: has {} patients, too few for validation.folds={}", dataset.name,
                     patients.size(), options.folds);
  const auto order = dealing_order(dataset, options.stratify, seed);
  std::vector<Fold> folds(count);
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t k = 0; k < count; ++k) put(folds[k], patients.at(order[i]), k == i % count);
  return folds;
}

// The value of each patient's cases in the column. A patient must have one alone.
std::map<std::string, std::string> held_out_values(const Dataset& dataset,
                                                   const std::string& column) {
  std::map<std::string, std::string> values;
  for (const Case& item : dataset.cases) {
    const std::string& value = attribute_of(item, column, "validation.by");
    if (is_missing(value))
      throw data_error(
          "validation.by={}: case {} has no value there; fill it in, or leave the case out", column,
          item.id);
    const auto [other, fresh] = values.emplace(item.patient, value);
    if (!fresh && other->second != value)
      throw data_error(
          "validation.by={}: patient {} has cases of {} and of {}; a patient is held out with one "
          "of them alone",
          column, item.patient, other->second, value);
  }
  return values;
}

std::vector<Fold> one_left_out(const Dataset& dataset, const ValidationOptions& options) {
  const auto values = held_out_values(dataset, options.by);
  std::set<std::string> kinds;
  for (const auto& [patient, value] : values) kinds.insert(value);
  if (kinds.size() < 2)
    throw data_error(
        "validation.by={}: all cases of {} have the value {}, and with it held out none is left to "
        "train on; choose another column, or validation.scheme=folds",
        options.by, dataset.name, kinds.empty() ? "" : *kinds.begin());
  std::vector<Fold> folds;
  for (const std::string& kind : kinds) {
    Fold fold;
    fold.name = kind;
    for (const Case& item : dataset.cases) put(fold, {item.id}, values.at(item.patient) == kind);
    folds.push_back(std::move(fold));
  }
  return folds;
}

// The cases that `names` names, itself or by their patient.
std::set<std::string> named_cases(const Dataset& dataset, const std::vector<std::string>& names) {
  const std::set<std::string> left_out(dataset.left_out.begin(), dataset.left_out.end());
  std::set<std::string> cases;
  for (const std::string& name : names) {
    bool found = left_out.contains(name);
    for (const Case& item : dataset.cases)
      if (item.id == name || item.patient == name) {
        cases.insert(item.id);
        found = true;
      }
    if (found) continue;
    std::vector<std::string> known;
    for (const Case& item : dataset.cases) known.insert(known.end(), {item.id, item.patient});
    throw data_error("validation.test: {} has no case or patient {}{}{}", dataset.name, name,
                     did_you_mean(name, known),
                     left_out.empty() ? "" : ", or data.max_patients leaves it out");
  }
  return cases;
}

std::vector<Fold> named_split(const Dataset& dataset, const ValidationOptions& options) {
  const std::set<std::string> test = named_cases(dataset, options.test);
  Fold fold;
  for (const Case& item : dataset.cases) put(fold, {item.id}, test.contains(item.id));
  if (fold.train.empty() || fold.test.empty())
    throw data_error("validation.test: leaves no case of {} to {}", dataset.name,
                     fold.train.empty() ? "train on" : "test, data.max_patients drops them");
  refuse_shared_patients(fold, dataset, "validation.test");
  return {fold};
}

// The test patients lie evenly in the order of dealing, so that each stratum has its share.
std::vector<Fold> drawn_split(const Dataset& dataset, const ValidationOptions& options,
                              std::uint64_t seed) {
  const Patients patients = patients_of(dataset);
  const auto wanted = static_cast<std::size_t>(options.test_patients);
  if (wanted >= patients.size())
    throw data_error(
        "{}: has {} patients, too few for validation.test_patients={} and some to train on",
        dataset.name, patients.size(), wanted);
  const auto order = dealing_order(dataset, options.stratify, seed);
  Fold fold;
  for (std::size_t i = 0; i < order.size(); ++i)
    put(fold, patients.at(order[i]), (i + 1) * wanted / order.size() > i * wanted / order.size());
  return {fold};
}

std::vector<Fold> whole_folds(const Dataset& dataset, const ValidationOptions& options,
                              std::uint64_t seed) {
  if (options.scheme == ValidationScheme::leave_one_out) return one_left_out(dataset, options);
  if (options.scheme == ValidationScheme::fixed)
    return options.test.empty() ? drawn_split(dataset, options, seed)
                                : named_split(dataset, options);
  const auto file = dataset.root / kSplitsFile;
  const bool given = options.use_splits_file && std::filesystem::exists(file);
  return given ? folds_of_file(file, dataset) : dealt_folds(dataset, options, seed);
}

}  // namespace

void describe(Fields& f, ValidationOptions& o) {
  f("scheme", o.scheme, kAny.added_with(Node("folds")),
    "folds: cross-validation; leave_one_out: each value of the column `by` is held out once; fixed: "
    "one split with the same test cases always.");
  f("folds", o.folds, at_least(2), "Folds of the cross-validation.");
  f("by", o.by, kAny.added_with(Node("site")),
    "Attribute whose values are left out one after the other, with scheme=leave_one_out.");
  f("test", o.test, kAny.added_with(Node(Node::List{})),
    "Cases or patients that are only tested, with scheme=fixed; empty: test_patients are drawn.");
  f.require(o.scheme == ValidationScheme::fixed || o.test.empty(),
            "test names who is only tested, which scheme=fixed alone does; add scheme=fixed, or "
            "leave test empty");
  f("test_patients", o.test_patients, at_least(1).added_with(Node(std::int64_t{20})),
    "Patients that the seed draws to be only tested, with scheme=fixed.");
  f("stratify", o.stratify,
    "Attribute whose values are spread evenly over the folds; empty: none.");
  f("tuning_fraction", o.tuning_fraction, between(0, 0.5),
    "Share of a fold's training patients that steers the schedule and picks the best epoch; 0: the "
    "held-out fold does.");
  f("use_splits_file", o.use_splits_file,
    "Take the folds from splits_final.json when the data set has one, with scheme=folds.");
}

std::vector<Fold> make_folds(const Dataset& dataset, const ValidationOptions& options,
                             std::uint64_t seed) {
  std::vector<Fold> folds = whole_folds(dataset, options, seed);
  for (std::size_t k = 0; k < folds.size(); ++k) {
    std::sort(folds[k].train.begin(), folds[k].train.end());
    std::sort(folds[k].test.begin(), folds[k].test.end());
    set_tuning_aside(folds[k], dataset, options.tuning_fraction, seed, k);
  }
  return folds;
}

std::optional<int> known_folds(const ValidationOptions& options) {
  if (options.scheme == ValidationScheme::fixed) return 1;
  if (options.scheme == ValidationScheme::folds) return options.folds;
  return std::nullopt;
}

std::string validation_note(const ValidationOptions& options, const std::vector<Fold>& folds) {
  if (options.scheme == ValidationScheme::fixed && folds.size() == 1)
    return fmt::format("{} training and {} test cases, fixed",
                       folds[0].train.size() + folds[0].tuning.size(), folds[0].test.size());
  if (options.scheme == ValidationScheme::leave_one_out) {
    std::vector<std::string> names;
    for (const Fold& fold : folds) names.push_back(fold.name);
    return fmt::format("leave one {} out: {}", options.by, join(names));
  }
  return fmt::format("{} by patient",
                     folds.size() == 1 ? "1 fold" : fmt::format("{} folds", folds.size()));
}

}  // namespace myoseg
