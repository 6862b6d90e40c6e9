// One list of a struct's fields serves reading, writing, hashing and help:
//
//   struct AdamW { double lr = 1e-3; double weight_decay = 1e-2; };
//   void describe(Fields& f, AdamW& o) {
//     f("lr", o.lr, kPositive, "Learning rate of the first step.");
//     f("weight_decay", o.weight_decay, kNonNegative,
//       "Decoupled weight decay per unit of learning rate.");
//   }
//
// A field may be bool, int, int64_t, double, std::string, std::filesystem::path, an std::optional,
// std::vector or std::array of those, an enum with names (core/choice.h), a described
// struct, or a Pick (core/fields/pick.h).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.h"
#include "core/config/tree/node.h"

namespace myoseg {

// What a field's value decides, said where the field is described and nowhere else: hashes, names
// of runs and what is redone follow from it.
enum class Decides {
  network,  // the networks, and with them everything after
  content,  // nothing by itself: the content of the file that it names counts in its place
  scores,   // what is made of the predictions; the networks stay
  report,   // how results are shown
  nothing,  // where and how fast it is computed
};

// What a value may be: an interval for numbers (each number of a list), a set of names for text.
struct Limits {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;
  std::vector<std::string> names = {};
  bool required = false;  // must be given: the struct's default is no sensible value
  Decides decides = Decides::network;
  std::optional<Node> in_hash = {};   // see in_hashes_as()
  std::optional<Node> added_as = {};  // see added_with()
  std::string unit = {};

  [[nodiscard]] bool allows(double value) const;
  [[nodiscard]] std::string text() const;  // "> 0", "[0, 1]", "one of min, max"
  [[nodiscard]] Limits in(std::string u) const {
    Limits l = *this;
    l.unit = std::move(u);
    return l;
  }
  [[nodiscard]] Limits must_be_given() const {
    Limits l = *this;
    l.required = true;
    return l;
  }
  [[nodiscard]] Limits deciding(Decides what) const {
    Limits l = *this;
    l.decides = what;
    return l;
  }
  [[nodiscard]] Limits without_effect() const { return deciding(Decides::nothing); }
  // What stands in hashes for a field that decides no network. Only for fields that were hashed
  // before they were left out: earlier runs keep their hash.
  [[nodiscard]] Limits in_hashes_as(Node value) const {
    Limits l = *this;
    l.in_hash = std::move(value);
    return l;
  }
  // For every field that is added to a struct whose hash names something on disk: it stays out of
  // hashes while it has this value, the default it came with, so what was made before stays valid.
  // A later change of the default does not change this.
  [[nodiscard]] Limits added_with(Node value) const {
    Limits l = *this;
    l.added_as = std::move(value);
    return l;
  }
};

inline const Limits kAny{};
inline const Limits kPositive{.low = 0, .low_open = true};
inline const Limits kNonNegative{.low = 0};
inline const Limits kFraction{.low = 0, .high = 1};
inline Limits at_least(double low) { return {.low = low}; }
inline Limits between(double low, double high) { return {.low = low, .high = high}; }
inline Limits one_of(std::vector<std::string> names) {
  Limits l;
  l.names = std::move(names);
  return l;
}
// For a field that takes only some of its enum's values, or shows them in another order; one that
// takes all needs no limits.
template <Choice E>
[[nodiscard]] Limits one_of(std::initializer_list<E> values) {
  Limits l;
  for (const E value : values) l.names.emplace_back(name_of(value));
  return l;
}

// Everything wrong with a configuration, gathered so that the user sees it all at once.
class Faults {
 public:
  void add(const Origin& origin, std::string_view path, std::string_view sentence);
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  [[nodiscard]] std::size_t count() const { return lines_.size(); }
  void throw_if_any() const;  // Error(bad_usage), one line per fault

 private:
  std::vector<std::string> lines_;
};

// What `help` prints of one field.
struct FieldHelp {
  std::string name, type, value, limits, unit, meaning;
  std::vector<FieldHelp> children;
  Decides decides = Decides::network;
};
// What the field at a dotted path decides: it, or the section it stands in; network for a path that
// names no field.
[[nodiscard]] Decides what_decides(const std::vector<FieldHelp>& fields, std::string_view path);

// What is written of a struct.
enum class Written {
  all,
  deciding,  // only the fields that decide networks
  hashed,    // as `deciding`, with in_hashes_as() and without added_with()
};

// The value of one field behind a type-erased handle.
class Slot {
 public:
  virtual ~Slot() = default;
  virtual void read(const Node& node, const std::string& path, const Limits& limits,
                    Faults& faults) = 0;
  [[nodiscard]] virtual Node write(Written what) const = 0;
  [[nodiscard]] virtual std::string type() const = 0;
  [[nodiscard]] virtual std::vector<FieldHelp> children() const { return {}; }
};

// Visits the fields of a struct; the visitors are in fields.cpp.
class Fields {
 public:
  virtual ~Fields() = default;

  template <class T>
  void operator()(std::string_view name, T& value, const Limits& limits, std::string_view meaning);
  template <class T>
  void operator()(std::string_view name, T& value, std::string_view meaning) {
    (*this)(name, value, kAny, meaning);
  }
  // A rule over several fields; `sentence` says what is wrong when it does not hold.
  virtual void require(bool holds, std::string_view sentence) = 0;

 protected:
  virtual void field(std::string_view name, Slot& slot, const Limits& limits,
                     std::string_view meaning) = 0;
};

template <class T>
concept Described = requires(Fields& fields, T& value) {
  describe(fields, value);
};

// Reads every field that `node` has into the described struct; what is absent keeps its default.
template <Described T>
void read_fields(const Node& node, T& value, const std::string& path, Faults& faults);
template <Described T>
[[nodiscard]] Node write_fields(const T& value, Written what = Written::all);
template <Described T>
[[nodiscard]] std::vector<FieldHelp> help_fields(const T& value);

// A struct from a configuration. Throws one Error(bad_usage) naming every fault.
template <Described T>
[[nodiscard]] T bind(const Node& node) {
  T value;
  Faults faults;
  read_fields(node, value, "", faults);
  faults.throw_if_any();
  return value;
}

// Hash of everything in it that decides networks.
template <Described T>
[[nodiscard]] std::string config_hash(const T& value);

}  // namespace myoseg

#include "core/fields/impl.h"
