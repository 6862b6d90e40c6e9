#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <iostream>

#include "core/config/tree/yaml_scalar.h"
#include "core/files.h"
#include "tests/core/config/hydra_cases.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {
namespace {

std::string mismatch(const Node& found, const Json& expected, const std::string& path) {
  return path + ": " + found.kind_name() + ' ' + found.text() + " instead of " + expected.dump();
}

std::string map_difference(const Node& found, const std::vector<std::pair<Json, Json>>& entries,
                           const std::string& path) {
  const auto* map = found.get_if<Node::Map>();
  if (map == nullptr || map->size() != entries.size())
    return path + ": " + found.text() + " instead of " + std::to_string(entries.size()) +
           " entries";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& [key, value] = (*map)[i];
    const Json& wanted = entries[i].first;
    // Keys are text here; one that Hydra types must read as that type.
    const bool same = wanted.is_string() ? key == wanted.get<std::string>()
                                         : difference(typed_scalar(key), wanted, "").empty();
    if (!same) return path + ": key '" + key + "' instead of " + wanted.dump();
    if (auto inside = difference(value, entries[i].second, path + '.' + key); !inside.empty())
      return inside;
  }
  return "";
}

double special(const std::string& name) {
  if (name == "nan") return std::nan("");
  return name == "-inf" ? -HUGE_VAL : HUGE_VAL;
}

}  // namespace

Json hydra_file(const std::string& name) {
  const char* folder = std::getenv("MYOSEG_HYDRA");
  const std::filesystem::path root =
      folder != nullptr ? folder : source_folder() / "tests/data/hydra";
  return Json::parse(read_file(root / name));
}

std::string difference(const Node& found, const Json& expected, const std::string& path) {
  if (expected.is_object() && expected.size() == 1) {
    const std::string key = expected.begin().key();
    if (key == "$float") {
      const double wanted = special(expected.front().get<std::string>());
      const auto* value = found.get_if<double>();
      const bool same =
          value != nullptr && (*value == wanted || (std::isnan(*value) && std::isnan(wanted)));
      return same ? "" : mismatch(found, expected, path);
    }
    if (key == "$int") return mismatch(found, expected, path);
    if (key == "$map") {
      std::vector<std::pair<Json, Json>> entries;
      for (const Json& entry : expected.front()) entries.emplace_back(entry[0], entry[1]);
      return map_difference(found, entries, path);
    }
  }
  if (expected.is_object()) {
    std::vector<std::pair<Json, Json>> entries;
    for (const auto& [key, value] : expected.items()) entries.emplace_back(key, value);
    return map_difference(found, entries, path);
  }
  if (expected.is_array()) {
    const auto* list = found.get_if<Node::List>();
    if (list == nullptr || list->size() != expected.size()) return mismatch(found, expected, path);
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (auto inside = difference((*list)[i], expected[i], path + '.' + std::to_string(i));
          !inside.empty())
        return inside;
    return "";
  }
  bool same = false;
  if (expected.is_null()) same = found.is_null();
  if (expected.is_boolean())
    same = found.get_if<bool>() && *found.get_if<bool>() == expected.get<bool>();
  if (expected.is_number_integer())
    same = found.get_if<std::int64_t>() &&
           *found.get_if<std::int64_t>() == expected.get<std::int64_t>();
  if (expected.is_number_float())
    same = found.get_if<double>() && *found.get_if<double>() == expected.get<double>();
  if (expected.is_string())
    same =
        found.get_if<std::string>() && *found.get_if<std::string>() == expected.get<std::string>();
  return same ? "" : mismatch(found, expected, path);
}

void run_cases(const Json& file, const std::function<std::string(const Json&)>& check) {
  struct Count {
    int passed = 0, all = 0;
  };
  std::map<std::string, Count> tiers;
  const std::string kind = file["kind"];
  const bool verbose = std::getenv("MYOSEG_HYDRA_VERBOSE") != nullptr;
  for (const Json& one : file["cases"]) {
    const std::string id = one["id"], tier = one["tier"];
    std::string wrong;
    try {
      wrong = check(one);
    } catch (const std::exception& error) {
      wrong = std::string("threw ") + error.what();
    }
    Count& count = tiers[tier];
    ++count.all;
    if (wrong.empty())
      ++count.passed;
    else if (tier == "core" && !one.contains("quirk"))
      ADD_FAILURE() << id << ": " << wrong;
    else if (verbose || tier == "core")
      std::cout << "  differs (" << tier << "): " << id << ": " << wrong << '\n';
  }
  EXPECT_FALSE(tiers.empty());
  for (const auto& [tier, count] : tiers)
    std::cout << kind << ", " << tier << ": " << count.passed << " of " << count.all
              << " as Hydra\n";
}

}  // namespace myoseg::testing
