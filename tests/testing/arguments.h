// Keyword arguments of a reference implementation in a golden record.
#pragma once

#include <cstdint>
#include <string>

#include "tests/testing/golden.h"

namespace myoseg::testing {

// Taken one by one; what is left over is not understood by the runner.
class Arguments {
 public:
  explicit Arguments(const Json& kwargs) : left_(kwargs) {}
  Json take(const std::string& name, const Json& otherwise) {
    if (!left_.contains(name)) return otherwise;
    Json value = left_.at(name);
    left_.erase(name);
    return value;
  }
  double number(const std::string& name, double otherwise) {
    return take(name, otherwise).get<double>();
  }
  std::int64_t whole(const std::string& name, std::int64_t otherwise) {
    return take(name, otherwise).get<std::int64_t>();
  }
  // The names not taken, "a, b"; empty when every one was.
  [[nodiscard]] std::string left() const {
    std::string names;
    for (const auto& [name, value] : left_.items()) names += (names.empty() ? "" : ", ") + name;
    return names;
  }

 private:
  Json left_;
};

}  // namespace myoseg::testing
