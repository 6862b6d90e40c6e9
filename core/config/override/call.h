// One call of a function in an override's value; core/config/override/functions.h is its public
// face.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/override/functions.h"

namespace myoseg {

[[nodiscard]] inline Sweep sweep_of(Sweep::Kind kind, std::vector<Element> items = {}) {
  Sweep sweep;
  sweep.kind = kind;
  sweep.items = std::move(items);
  return sweep;
}

class Call {
 public:
  Call(std::string name, std::vector<Argument> arguments, const Complain& complain)
      : name_(std::move(name)), arguments_(std::move(arguments)), complain_(complain) {}

  Parsed run();

 private:
  [[nodiscard]] ConfigError bad(const std::string& what) const;

  // The argument of that name, or the positional one at `place`; null when absent.
  const Parsed* argument(std::string_view name, std::size_t place) const;
  void allow(const std::vector<std::string>& names) const;
  Node number_of(const Parsed& value, std::string_view name) const;
  std::vector<std::string> texts(const Parsed& value, std::string_view name) const;

  Parsed choice();
  Parsed range();
  Parsed interval();
  Parsed glob();
  Parsed zip();
  Parsed tag();
  Parsed cast();
  Element cast_element(Element e) const;

  // core/config/override/order.cpp
  Parsed sort();
  Parsed sort_sweep(Sweep sweep, bool reverse) const;
  void sort_items(std::vector<Element>& items, bool reverse) const;
  Parsed shuffle();

  std::string name_;
  std::vector<Argument> arguments_;
  const Complain& complain_;
};

}  // namespace myoseg
