#include "data/dataset/splits_file.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "data/dataset/dealing.h"

namespace myoseg {
namespace {

using Json = nlohmann::ordered_json;

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

}  // namespace

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

}  // namespace myoseg
