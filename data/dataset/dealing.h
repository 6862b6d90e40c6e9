// Patients and what their attributes say of them, in the order in which they are dealt to folds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/dataset/folds.h"

namespace myoseg {

using Patients = std::map<std::string, std::vector<std::string>>;  // patient -> case ids
[[nodiscard]] Patients patients_of(const Dataset& dataset);

// The case's cell in a column of the attribute table. Error(bad_data) naming `key` of the config
// when there is no such column.
[[nodiscard]] const std::string& attribute_of(const Case& item, const std::string& column,
                                              const std::string& key);

// The patients in an order given by the seed, one stratum of the column after the other, so that
// dealing them out in turn spreads each stratum: a value is a stratum, or a quarter of all values
// when they are numbers of many kinds. A patient's first case decides; empty: one stratum.
[[nodiscard]] std::vector<std::string> dealing_order(const Dataset& dataset,
                                                     const std::string& column, std::uint64_t seed);

// Error(bad_data) beginning with `where` when a patient has cases among those that train and among
// those that are held out.
void refuse_shared_patients(const Fold& fold, const Dataset& dataset, const std::string& where);

}  // namespace myoseg
