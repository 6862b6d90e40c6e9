// sort() and shuffle() in an override's value.
#include <algorithm>

#include "core/config/override/call.h"
#include "core/config/override/cast.h"

namespace myoseg {
namespace {

Node plus(const Node& a, double sign, const Node& b) {
  const auto* x = a.get_if<std::int64_t>();
  const auto* y = b.get_if<std::int64_t>();
  if (x != nullptr && y != nullptr) return Node(*x + static_cast<std::int64_t>(sign) * *y);
  return Node(number(a) + sign * number(b));
}

Node negated(const Node& a) {
  if (const auto* x = a.get_if<std::int64_t>()) return Node(-*x);
  return Node(-number(a));
}

}  // namespace

void Call::sort_items(std::vector<Element>& items, bool reverse) const {
  const auto is_text = [](const Element& e) {
    return e.kind == Element::Kind::scalar && e.scalar.get_if<std::string>() != nullptr;
  };
  const bool texts = std::all_of(items.begin(), items.end(), is_text);
  if (!texts && !std::all_of(items.begin(), items.end(), is_number))
    throw bad("cannot order numbers and text together");
  std::stable_sort(items.begin(), items.end(), [&](const Element& a, const Element& b) {
    const Element& x = reverse ? b : a;
    const Element& y = reverse ? a : b;
    if (texts) return *x.scalar.get_if<std::string>() < *y.scalar.get_if<std::string>();
    return number(x.scalar) < number(y.scalar);
  });
}

// All arguments but `reverse`: one sweep, or elements.
Parsed Call::sort() {
  bool reverse = false;
  std::vector<Element> items;
  std::optional<Sweep> sweep;
  for (Argument& a : arguments_) {
    if (a.name == "reverse" && a.value.element &&
        a.value.element->scalar.get_if<bool>() != nullptr) {
      reverse = *a.value.element->scalar.get_if<bool>();
    } else if (!a.name.empty() && a.name != "sweep") {
      throw bad("has no argument '" + a.name + "', it takes values and reverse=true");
    } else if (a.value.sweep) {
      sweep = std::move(a.value.sweep);
    } else {
      items.push_back(std::move(*a.value.element));
    }
  }
  if (!sweep && items.empty()) throw bad("needs something to sort");
  if (sweep && !items.empty()) throw bad("takes either values or one sweep");
  if (!sweep) {
    if (items.size() == 1 && items[0].kind == Element::Kind::list)
      sort_items(items[0].items, reverse);
    else if (items.size() > 1)
      sort_items(items, reverse);
    for (Element& item : items) settle_quote(item);
    if (items.size() == 1) return {std::move(items[0]), std::nullopt};
    return {std::nullopt, sweep_of(Sweep::Kind::simple, std::move(items))};
  }
  return sort_sweep(std::move(*sweep), reverse);
}

Parsed Call::sort_sweep(Sweep sweep, bool reverse) const {
  if (sweep.kind == Sweep::Kind::range) {
    const bool falls = number(sweep.start) > number(sweep.stop);
    if (falls != reverse) {
      // The same numbers from the other end: the new bounds lie one step further.
      const Node size = number(sweep.step) < 0 ? negated(sweep.step) : sweep.step;
      const Node start = sweep.start;
      sweep.start = plus(sweep.stop, reverse ? -1 : 1, size);
      sweep.stop = plus(start, reverse ? -1 : 1, size);
      sweep.step = negated(sweep.step);
    }
  } else if (sweep.kind == Sweep::Kind::simple || sweep.kind == Sweep::Kind::choice) {
    sort_items(sweep.items, reverse);
  } else {
    throw bad("takes values, choice() or range()");
  }
  return {std::nullopt, std::move(sweep)};
}

Parsed Call::shuffle() {
  if (arguments_.empty()) throw bad("needs something to shuffle");
  if (arguments_.size() == 1 && arguments_[0].value.sweep) {
    Sweep sweep = std::move(*arguments_[0].value.sweep);
    if (sweep.kind == Sweep::Kind::interval || sweep.kind == Sweep::Kind::glob || sweep.zip)
      throw bad("takes values, choice() or range()");
    sweep.shuffle = true;
    return {std::nullopt, std::move(sweep)};
  }
  Sweep sweep;
  sweep.shuffle = true;
  for (Argument& a : arguments_) {
    if (!a.name.empty() || !a.value.element) throw bad("takes either values or one sweep");
    sweep.items.push_back(std::move(*a.value.element));
  }
  return {std::nullopt, std::move(sweep)};
}

}  // namespace myoseg
