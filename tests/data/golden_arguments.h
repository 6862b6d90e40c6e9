// The arguments of a golden record.
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "tests/data/golden_transforms.h"

namespace myoseg::testing {

// The arguments of one record; a key that is never asked for makes the record one that we cannot
// run.
class Arguments {
 public:
  explicit Arguments(const Json& kwargs) : kwargs_(kwargs) {}

  [[nodiscard]] bool given(const std::string& key) {
    asked_.insert(key);
    return kwargs_.contains(key) && !kwargs_.at(key).is_null();
  }
  template <class T>
  [[nodiscard]] T get(const std::string& key, T fallback) {
    return given(key) ? kwargs_.at(key).get<T>() : fallback;
  }
  // One number for all axes or one for each.
  template <class T>
  [[nodiscard]] std::array<T, 3> triple(const std::string& key, T fallback) {
    if (!given(key)) return {fallback, fallback, fallback};
    const Json& value = kwargs_.at(key);
    if (value.is_number()) return {value.get<T>(), value.get<T>(), value.get<T>()};
    if (value.size() == 1) return {value[0].get<T>(), value[0].get<T>(), value[0].get<T>()};
    if (value.size() != 3) throw NotOffered(key + " of another length");
    return {value[0].get<T>(), value[1].get<T>(), value[2].get<T>()};
  }
  [[nodiscard]] std::vector<int> axes(const std::string& key) {
    if (!given(key)) return {0, 1, 2};
    const Json& value = kwargs_.at(key);
    return value.is_array() ? value.get<std::vector<int>>() : std::vector<int>{value.get<int>()};
  }
  void only(const std::string& key, const std::set<std::string>& values) {
    if (given(key) && !values.contains(kwargs_.at(key).get<std::string>()))
      throw NotOffered(key + " " + kwargs_.at(key).get<std::string>());
  }
  [[nodiscard]] const Json& raw(const std::string& key) {
    return asked_.insert(key), kwargs_.at(key);
  }
  void finish() const {
    for (const auto& [key, value] : kwargs_.items())
      if (!asked_.contains(key)) throw NotOffered("argument " + key);
  }

 private:
  const Json& kwargs_;
  std::set<std::string> asked_;
};

}  // namespace myoseg::testing
