// What readers of references share: the arguments of a constructor call of a golden record.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/config/tree/node.h"
#include "tests/models/reference_network.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {

inline Node node_of(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return Node(json.get<bool>());
  if (json.is_number_integer()) return Node(json.get<std::int64_t>());
  if (json.is_number()) return Node(json.get<double>());
  if (json.is_string()) return Node(json.get<std::string>());
  Node::List list;
  for (const Json& item : json) list.push_back(node_of(item));
  return Node(std::move(list));
}

// Each argument must be asked for.
class Arguments {
 public:
  explicit Arguments(const Json& kwargs) : kwargs_(kwargs) {}
  // Null when it is not given, or given as None.
  const Json& operator[](const std::string& name) {
    static const Json null;
    known_.insert(name);
    return kwargs_.contains(name) ? kwargs_.at(name) : null;
  }
  // Whether it is given, be it as None.
  bool has(const std::string& name) {
    known_.insert(name);
    return kwargs_.contains(name);
  }
  template <class T>
  T get(const std::string& name, T otherwise) {
    const Json& value = (*this)[name];
    return value.is_null() ? otherwise : value.get<T>();
  }
  // The first argument that nobody asked for.
  [[nodiscard]] std::optional<std::string> unknown() const {
    for (const auto& item : kwargs_.items())
      if (known_.count(item.key()) == 0) return "argument " + item.key();
    return std::nullopt;
  }

 private:
  const Json& kwargs_;
  std::set<std::string> known_;
};

// From a reference's arguments to our network; `why` says what is not known.
using Reader = std::function<std::optional<ReferenceNetwork>(Arguments&, std::string& why)>;

}  // namespace myoseg::testing
