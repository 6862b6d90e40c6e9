#include "core/override_functions.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/names.h"
#include "core/override_cast.h"

namespace myoseg {
namespace {

const std::vector<std::string> kFunctions{"bool",  "choice",  "float", "glob", "int", "interval",
                                          "range", "shuffle", "sort",  "str",  "tag"};

Sweep sweep_of(Sweep::Kind kind, std::vector<Element> items = {}) {
  Sweep sweep;
  sweep.kind = kind;
  sweep.items = std::move(items);
  return sweep;
}

class Call {
 public:
  Call(std::string name, std::vector<Argument> arguments, const Complain& complain)
      : name_(std::move(name)), arguments_(std::move(arguments)), complain_(complain) {}

  Parsed run() {
    if (name_ == "choice") return choice();
    if (name_ == "range") return range();
    if (name_ == "interval") return interval();
    if (name_ == "glob") return glob();
    if (name_ == "sort") return sort();
    if (name_ == "shuffle") return shuffle();
    if (name_ == "tag") return tag();
    if (name_ == "int" || name_ == "float" || name_ == "str" || name_ == "bool") return cast();
    throw bad(
        "unknown function; known are " + join(kFunctions) + did_you_mean(name_, kFunctions) +
        (did_you_mean(name_, kFunctions).empty() ? "; to give text with brackets, quote it" : ""));
  }

 private:
  [[nodiscard]] ConfigError bad(const std::string& what) const {
    return complain_(ConfigFault::override_function, name_ + "(): " + what);
  }

  // The argument of that name, or the positional one at `place`; null when absent.
  const Parsed* argument(std::string_view name, std::size_t place) const {
    const Parsed* found = nullptr;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const bool here = arguments_[i].name.empty() ? i == place : arguments_[i].name == name;
      if (here && found != nullptr) throw bad("'" + std::string(name) + "' is given twice");
      if (here) found = &arguments_[i].value;
    }
    return found;
  }

  void allow(const std::vector<std::string>& names) const {
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      const std::string& name = arguments_[i].name;
      if (name.empty() && i >= names.size())
        throw bad("takes at most " + std::to_string(names.size()) + " arguments");
      if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
        throw bad("has no argument '" + name + "', it takes " + join(names));
    }
  }

  Node number_of(const Parsed& value, std::string_view name) const {
    if (!value.element || !is_number(*value.element))
      throw bad("'" + std::string(name) + "' must be a number");
    return value.element->scalar;
  }

  std::vector<std::string> texts(const Parsed& value, std::string_view name) const {
    std::vector<Element> items;
    if (value.element && value.element->kind == Element::Kind::list)
      items = value.element->items;
    else if (value.element)
      items = {*value.element};
    std::vector<std::string> out;
    for (const Element& item : items) {
      if (item.kind != Element::Kind::scalar || item.scalar.get_if<std::string>() == nullptr)
        items.clear();
      else
        out.push_back(*item.scalar.get_if<std::string>());
    }
    if (items.empty() && !(value.element && value.element->kind == Element::Kind::list &&
                           out.empty() && value.element->items.empty()))
      throw bad("'" + std::string(name) + "' must be text or a list of texts");
    return out;
  }

  Parsed choice() {
    if (arguments_.empty()) throw bad("needs at least one value");
    Sweep sweep = sweep_of(Sweep::Kind::choice);
    for (Argument& a : arguments_) {
      if (!a.name.empty()) throw bad("has no argument '" + a.name + "'");
      if (a.value.sweep) {
        if (a.value.sweep->kind == Sweep::Kind::choice ||
            a.value.sweep->kind == Sweep::Kind::simple)
          throw complain_(ConfigFault::nested_sweep, "a sweep cannot be part of another sweep");
        throw bad("takes values, not another sweep");
      }
      settle_quote(*a.value.element);
      if (a.value.element->text().size() == 2 && a.value.element->quote != 0)
        a.value.element->quote = 0;  // ''
      sweep.items.push_back(std::move(*a.value.element));
    }
    return {std::nullopt, std::move(sweep)};
  }

  Parsed range() {
    allow({"start", "stop", "step"});
    const Parsed* start = argument("start", 0);
    const Parsed* stop = argument("stop", 1);
    const Parsed* step = argument("step", 2);
    if (start == nullptr && stop == nullptr) throw bad("needs a number to stop at");
    Sweep sweep = sweep_of(Sweep::Kind::range);
    if (stop == nullptr) std::swap(start, stop);
    sweep.start = start == nullptr ? Node(0) : number_of(*start, "start");
    sweep.stop = number_of(*stop, "stop");
    sweep.step = step == nullptr ? Node(1) : number_of(*step, "step");
    if (number(sweep.step) == 0)
      throw complain_(ConfigFault::bad_range, "range(): 'step' must not be 0");
    return {std::nullopt, std::move(sweep)};
  }

  Parsed interval() {
    allow({"start", "end"});
    const Parsed* start = argument("start", 0);
    const Parsed* end = argument("end", 1);
    if (start == nullptr || end == nullptr) throw bad("needs 'start' and 'end'");
    Sweep sweep = sweep_of(Sweep::Kind::interval);
    sweep.start = Node(number(number_of(*start, "start")));
    sweep.stop = Node(number(number_of(*end, "end")));
    return {std::nullopt, std::move(sweep)};
  }

  Parsed glob() {
    allow({"include", "exclude"});
    const Parsed* include = argument("include", 0);
    if (include == nullptr) throw bad("needs a pattern");
    Sweep sweep = sweep_of(Sweep::Kind::glob);
    sweep.include = texts(*include, "include");
    if (const Parsed* exclude = argument("exclude", 1)) sweep.exclude = texts(*exclude, "exclude");
    return {std::nullopt, std::move(sweep)};
  }

  void sort_items(std::vector<Element>& items, bool reverse) const {
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

  static Node plus(const Node& a, double sign, const Node& b) {
    const auto* x = a.get_if<std::int64_t>();
    const auto* y = b.get_if<std::int64_t>();
    if (x != nullptr && y != nullptr) return Node(*x + static_cast<std::int64_t>(sign) * *y);
    return Node(number(a) + sign * number(b));
  }

  static Node negated(const Node& a) {
    if (const auto* x = a.get_if<std::int64_t>()) return Node(-*x);
    return Node(-number(a));
  }

  // All arguments but `reverse`: one sweep, or elements.
  Parsed sort() {
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
    if (sweep->kind == Sweep::Kind::range) {
      const bool falls = number(sweep->start) > number(sweep->stop);
      if (falls != reverse) {
        // The same numbers from the other end: the new bounds lie one step further.
        const Node size = number(sweep->step) < 0 ? negated(sweep->step) : sweep->step;
        const Node start = sweep->start;
        sweep->start = plus(sweep->stop, reverse ? -1 : 1, size);
        sweep->stop = plus(start, reverse ? -1 : 1, size);
        sweep->step = negated(sweep->step);
      }
    } else if (sweep->kind == Sweep::Kind::simple || sweep->kind == Sweep::Kind::choice) {
      sort_items(sweep->items, reverse);
    } else {
      throw bad("takes values, choice() or range()");
    }
    return {std::nullopt, std::move(sweep)};
  }

  Parsed shuffle() {
    if (arguments_.empty()) throw bad("needs something to shuffle");
    if (arguments_.size() == 1 && arguments_[0].value.sweep) {
      Sweep sweep = std::move(*arguments_[0].value.sweep);
      if (sweep.kind == Sweep::Kind::interval || sweep.kind == Sweep::Kind::glob)
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

  Parsed tag() {
    if (arguments_.empty() || !arguments_.back().value.sweep)
      throw bad("needs tags and then a sweep");
    Sweep sweep = std::move(*arguments_.back().value.sweep);
    for (std::size_t i = 0; i + 1 < arguments_.size(); ++i)
      for (std::string& tag : texts(arguments_[i].value, "tag"))
        sweep.tags.push_back(std::move(tag));
    std::sort(sweep.tags.begin(), sweep.tags.end());
    return {std::nullopt, std::move(sweep)};
  }

  Element cast_element(Element e) const {
    if (e.kind == Element::Kind::scalar) {
      e.scalar = cast_scalar(name_, complain_, e.scalar);
      settle_quote(e);
    } else {
      for (Element& item : e.items) item = cast_element(std::move(item));
    }
    return e;
  }

  Parsed cast() {
    if (arguments_.empty()) throw bad("needs a value");
    if (arguments_.size() > 1) {
      Sweep sweep;
      for (Argument& a : arguments_) {
        if (!a.name.empty() || !a.value.element) throw bad("takes values or one sweep");
        sweep.items.push_back(cast_element(std::move(*a.value.element)));
      }
      return {std::nullopt, std::move(sweep)};
    }
    if (!arguments_[0].name.empty()) throw bad("has no argument '" + arguments_[0].name + "'");
    Parsed& only = arguments_[0].value;
    if (only.element) return {cast_element(std::move(*only.element)), std::nullopt};
    Sweep sweep = std::move(*only.sweep);
    for (Element& item : sweep.items) item = cast_element(std::move(item));
    const bool numbers = sweep.kind == Sweep::Kind::range || sweep.kind == Sweep::Kind::interval;
    if (sweep.kind == Sweep::Kind::glob || (numbers && (name_ == "str" || name_ == "bool")))
      throw bad("cannot be applied to this sweep");
    if (numbers) {
      sweep.start = cast_scalar(name_, complain_, sweep.start);
      sweep.stop = cast_scalar(name_, complain_, sweep.stop);
      if (sweep.kind == Sweep::Kind::range) sweep.step = cast_scalar(name_, complain_, sweep.step);
    }
    return {std::nullopt, std::move(sweep)};
  }

  std::string name_;
  std::vector<Argument> arguments_;
  const Complain& complain_;
};

}  // namespace

Parsed call_function(const std::string& name, std::vector<Argument> arguments,
                     const Complain& complain) {
  return Call(name, std::move(arguments), complain).run();
}

}  // namespace myoseg
