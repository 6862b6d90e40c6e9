#include "core/config/override/functions.h"

#include <algorithm>

#include "core/config/override/call.h"
#include "core/config/override/cast.h"
#include "core/names.h"

namespace myoseg {
namespace {

const std::vector<std::string> kFunctions{"bool",  "choice",  "float", "glob", "int", "interval",
                                          "range", "shuffle", "sort",  "str",  "tag", "zip"};

}  // namespace

const std::vector<std::string>& function_names() { return kFunctions; }

Parsed Call::run() {
  if (name_ == "choice") return choice();
  if (name_ == "range") return range();
  if (name_ == "interval") return interval();
  if (name_ == "glob") return glob();
  if (name_ == "sort") return sort();
  if (name_ == "shuffle") return shuffle();
  if (name_ == "tag") return tag();
  if (name_ == "zip") return zip();
  return cast();
}

ConfigError Call::bad(const std::string& what) const {
  return complain_(ConfigFault::override_function, name_ + "(): " + what);
}

const Parsed* Call::argument(std::string_view name, std::size_t place) const {
  const Parsed* found = nullptr;
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    const bool here = arguments_[i].name.empty() ? i == place : arguments_[i].name == name;
    if (here && found != nullptr) throw bad("'" + std::string(name) + "' is given twice");
    if (here) found = &arguments_[i].value;
  }
  return found;
}

void Call::allow(const std::vector<std::string>& names) const {
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    const std::string& name = arguments_[i].name;
    if (name.empty() && i >= names.size())
      throw bad("takes at most " + std::to_string(names.size()) + " arguments");
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end())
      throw bad("has no argument '" + name + "', it takes " + join(names));
  }
}

Node Call::number_of(const Parsed& value, std::string_view name) const {
  if (!value.element || !is_number(*value.element))
    throw bad("'" + std::string(name) + "' must be a number");
  return value.element->scalar;
}

std::vector<std::string> Call::texts(const Parsed& value, std::string_view name) const {
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

Parsed Call::choice() {
  if (arguments_.empty()) throw bad("needs at least one value");
  Sweep sweep = sweep_of(Sweep::Kind::choice);
  for (Argument& a : arguments_) {
    if (!a.name.empty()) throw bad("has no argument '" + a.name + "'");
    if (a.value.sweep) {
      if (a.value.sweep->kind == Sweep::Kind::choice || a.value.sweep->kind == Sweep::Kind::simple)
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

Parsed Call::range() {
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

Parsed Call::interval() {
  allow({"start", "end", "scale"});
  const Parsed* start = argument("start", 0);
  const Parsed* end = argument("end", 1);
  if (start == nullptr || end == nullptr) throw bad("needs 'start' and 'end'");
  Sweep sweep = sweep_of(Sweep::Kind::interval);
  const Node low = number_of(*start, "start"), high = number_of(*end, "end");
  sweep.start = Node(number(low));
  sweep.stop = Node(number(high));
  sweep.whole = low.get_if<std::int64_t>() != nullptr && high.get_if<std::int64_t>() != nullptr;
  if (const Parsed* scale = argument("scale", 2)) {
    const std::vector<std::string> given = texts(*scale, "scale");
    if (given.size() != 1 || (given[0] != "log" && given[0] != "linear"))
      throw bad("'scale' is linear or log");
    sweep.log_scale = given[0] == "log";
  }
  return {std::nullopt, std::move(sweep)};
}

// Values, or one sweep, that advance together with other zips.
Parsed Call::zip() {
  Sweep sweep = sweep_of(Sweep::Kind::choice);
  std::string set;
  bool nested = false;
  for (Argument& a : arguments_) {
    if (a.name == "group") {
      const std::vector<std::string> given = texts(a.value, "group");
      if (given.size() != 1) throw bad("'group' is one name");
      set = given[0];
    } else if (!a.name.empty()) {
      throw bad("has no argument '" + a.name + "', it takes values and group=NAME");
    } else if (a.value.sweep) {
      if (nested || !sweep.items.empty() || a.value.sweep->kind == Sweep::Kind::interval)
        throw bad("takes either values or one range(), glob() or choice()");
      sweep = std::move(*a.value.sweep);
      nested = true;
    } else if (nested) {
      throw bad("takes either values or one sweep");
    } else {
      sweep.items.push_back(std::move(*a.value.element));
    }
  }
  if (!nested && sweep.items.empty()) throw bad("needs at least one value");
  sweep.zip = set;
  return {std::nullopt, std::move(sweep)};
}

Parsed Call::glob() {
  allow({"include", "exclude"});
  const Parsed* include = argument("include", 0);
  if (include == nullptr) throw bad("needs a pattern");
  Sweep sweep = sweep_of(Sweep::Kind::glob);
  sweep.include = texts(*include, "include");
  if (const Parsed* exclude = argument("exclude", 1)) sweep.exclude = texts(*exclude, "exclude");
  return {std::nullopt, std::move(sweep)};
}

Parsed Call::tag() {
  if (arguments_.empty() || !arguments_.back().value.sweep)
    throw bad("needs tags and then a sweep");
  Sweep sweep = std::move(*arguments_.back().value.sweep);
  for (std::size_t i = 0; i + 1 < arguments_.size(); ++i)
    for (std::string& tag : texts(arguments_[i].value, "tag")) sweep.tags.push_back(std::move(tag));
  std::sort(sweep.tags.begin(), sweep.tags.end());
  return {std::nullopt, std::move(sweep)};
}

Element Call::cast_element(Element e) const {
  if (e.kind == Element::Kind::scalar) {
    e.scalar = cast_scalar(name_, complain_, e.scalar);
    settle_quote(e);
  } else {
    for (Element& item : e.items) item = cast_element(std::move(item));
  }
  return e;
}

Parsed Call::cast() {
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
    sweep.whole = name_ == "int";
    sweep.start = cast_scalar(name_, complain_, sweep.start);
    sweep.stop = cast_scalar(name_, complain_, sweep.stop);
    if (sweep.kind == Sweep::Kind::range) sweep.step = cast_scalar(name_, complain_, sweep.step);
  }
  return {std::nullopt, std::move(sweep)};
}

Parsed call_function(const std::string& name, std::vector<Argument> arguments,
                     const Complain& complain) {
  return Call(name, std::move(arguments), complain).run();
}

}  // namespace myoseg
