// How each type of field is read, written and explained; included by fields.h only.
#pragma once

#include <algorithm>

#include "core/fields/fields.h"

namespace myoseg {
namespace detail {

bool read_scalar(const Node&, bool&, const std::string& path, const Limits&, Faults&);
bool read_scalar(const Node&, std::int64_t&, const std::string& path, const Limits&, Faults&);
bool read_scalar(const Node&, double&, const std::string& path, const Limits&, Faults&);
bool read_scalar(const Node&, std::string&, const std::string& path, const Limits&, Faults&);
void expected(const Node&, const std::string& path, std::string_view what, Faults&);
void unknown_name(const Node& node, const std::string& path, std::string_view found,
                  const std::vector<std::string>& names, Faults& faults);

// `describe` walked with one of these three visitors. `walk` calls it, so that this header stays
// the only template.
using Walk = void (*)(Fields&, void*);
void read_with(Walk, void* object, const Node&, const std::string& path, Faults&);
Node write_with(Walk, void* object, Written what);
std::vector<FieldHelp> help_with(Walk, void* object);
std::string hash_of(const Node&);

template <class T>
Walk walk_of() {
  return [](Fields& fields, void* object) { describe(fields, *static_cast<T*>(object)); };
}

template <class T>
struct Codec;

template <>
struct Codec<bool> {
  static void read(const Node& n, bool& v, const std::string& p, const Limits& l, Faults& f) {
    read_scalar(n, v, p, l, f);
  }
  static Node write(const bool& v, Written) { return Node(v); }
  static std::string type() { return "true or false"; }
};
template <>
struct Codec<std::int64_t> {
  static void read(const Node& n, std::int64_t& v, const std::string& p, const Limits& l,
                   Faults& f) {
    read_scalar(n, v, p, l, f);
  }
  static Node write(const std::int64_t& v, Written) { return Node(v); }
  static std::string type() { return "whole number"; }
};
template <>
struct Codec<int> {
  static void read(const Node& n, int& v, const std::string& p, const Limits& l, Faults& f) {
    Limits narrow = l;
    narrow.low = std::max<double>(l.low, std::numeric_limits<int>::min());
    narrow.high = std::min<double>(l.high, std::numeric_limits<int>::max());
    std::int64_t wide = v;
    if (read_scalar(n, wide, p, narrow, f)) v = static_cast<int>(wide);
  }
  static Node write(const int& v, Written) { return Node(v); }
  static std::string type() { return "whole number"; }
};
template <>
struct Codec<double> {
  static void read(const Node& n, double& v, const std::string& p, const Limits& l, Faults& f) {
    read_scalar(n, v, p, l, f);
  }
  static Node write(const double& v, Written) { return Node(v); }
  static std::string type() { return "number"; }
};
template <>
struct Codec<std::string> {
  static void read(const Node& n, std::string& v, const std::string& p, const Limits& l,
                   Faults& f) {
    read_scalar(n, v, p, l, f);
  }
  static Node write(const std::string& v, Written) { return Node(v); }
  static std::string type() { return "text"; }
};
template <>
struct Codec<std::filesystem::path> {
  static void read(const Node& n, std::filesystem::path& v, const std::string& p, const Limits& l,
                   Faults& f) {
    std::string text;
    if (read_scalar(n, text, p, l, f)) v = text;
  }
  static Node write(const std::filesystem::path& v, Written) { return Node(v.string()); }
  static std::string type() { return "path"; }
};
// By name. Which names there may be is in the limits, see with_names().
template <Choice E>
struct Codec<E> {
  static void read(const Node& n, E& v, const std::string& p, const Limits& l, Faults& f) {
    std::string name;
    if (read_scalar(n, name, p, l, f)) v = choice_of<E>(name).value();
  }
  static Node write(const E& v, Written) { return Node(std::string(name_of(v))); }
  static std::string type() { return Codec<std::string>::type(); }
};
template <class T>
struct Codec<std::optional<T>> {
  static void read(const Node& n, std::optional<T>& v, const std::string& p, const Limits& l,
                   Faults& f) {
    if (n.is_null()) return v.reset();
    T inner = v.value_or(T{});
    Codec<T>::read(n, inner, p, l, f);
    v = std::move(inner);
  }
  static Node write(const std::optional<T>& v, Written w) {
    return v ? Codec<T>::write(*v, w) : Node();
  }
  static std::string type() { return Codec<T>::type().append(" or null"); }
};
// How a message names an item of a list of names or files.
inline std::string item_name(const std::filesystem::path& item) { return item.string(); }
template <Choice E>
std::string item_name(E item) {
  return std::string(name_of(item));
}
template <class T>
struct Codec<std::vector<T>> {
  static constexpr bool kOfNames =
      std::is_same_v<T, std::string> || std::is_same_v<T, std::filesystem::path> || Choice<T>;
  static void read(const Node& n, std::vector<T>& v, const std::string& p, const Limits& l,
                   Faults& f) {
    const auto* list = n.get_if<Node::List>();
    if (list == nullptr) return expected(n, p, "a list", f);
    const std::size_t before = f.count();
    v.assign(list->size(), T{});
    for (std::size_t i = 0; i < list->size(); ++i)
      Codec<T>::read((*list)[i], v[i], p + "." + std::to_string(i), l, f);
    if (f.count() > before) return;
    // A list of names or files is of different ones: what is named twice would count twice.
    if constexpr (kOfNames)
      for (auto item = v.begin(); item != v.end(); ++item)
        if (std::find(v.begin(), item, *item) != item)
          return f.add(n.origin, p, "names '" + item_name(*item) + "' twice");
  }
  static Node write(const std::vector<T>& v, Written w) {
    Node::List list;
    for (const auto& item : v) list.push_back(Codec<T>::write(item, w));
    return Node(std::move(list));
  }
  static std::string type() { return std::string("list of ").append(Codec<T>::type()); }
};
template <class T, std::size_t N>
struct Codec<std::array<T, N>> {
  static void read(const Node& n, std::array<T, N>& v, const std::string& p, const Limits& l,
                   Faults& f) {
    const auto* list = n.get_if<Node::List>();
    if (list == nullptr || list->size() != N)
      return expected(n, p, "a list of " + std::to_string(N), f);
    for (std::size_t i = 0; i < N; ++i)
      Codec<T>::read((*list)[i], v[i], p + "." + std::to_string(i), l, f);
  }
  static Node write(const std::array<T, N>& v, Written w) {
    return Codec<std::vector<T>>::write({v.begin(), v.end()}, w);
  }
  static std::string type() {
    return std::string("list of ").append(std::to_string(N) + " ").append(Codec<T>::type());
  }
};
template <Described T>
struct Codec<T> {
  static void read(const Node& n, T& v, const std::string& p, const Limits&, Faults& f) {
    read_with(walk_of<T>(), &v, n, p, f);
  }
  static Node write(const T& v, Written w) {
    return write_with(walk_of<T>(), const_cast<T*>(&v), w);
  }
  static std::string type() { return "section"; }
};

// The enum that a field's values are of: its own type, or that of an optional's or list's items.
template <class T>
struct ChoiceWithin {};
template <Choice E>
struct ChoiceWithin<E> {
  using type = E;
};
template <class T>
struct ChoiceWithin<std::optional<T>> : ChoiceWithin<T> {};
template <class T>
struct ChoiceWithin<std::vector<T>> : ChoiceWithin<T> {};
template <class T, std::size_t N>
struct ChoiceWithin<std::array<T, N>> : ChoiceWithin<T> {};

// A field of an enum takes every name of it where its own limits do not say which.
template <class T>
Limits with_names(Limits limits) {
  if constexpr (requires { typename ChoiceWithin<T>::type; })
    if (limits.names.empty())
      for (const std::string_view name : choice_names(typename ChoiceWithin<T>::type{}))
        limits.names.emplace_back(name);
  return limits;
}

template <class T>
class SlotOf final : public Slot {
 public:
  explicit SlotOf(T& value) : value_(value) {}
  void read(const Node& n, const std::string& p, const Limits& l, Faults& f) override {
    Codec<T>::read(n, value_, p, l, f);
  }
  [[nodiscard]] Node write(Written w) const override { return Codec<T>::write(value_, w); }
  [[nodiscard]] std::string type() const override { return Codec<T>::type(); }
  [[nodiscard]] std::vector<FieldHelp> children() const override {
    if constexpr (requires { Codec<T>::children(value_); })
      return Codec<T>::children(value_);
    else if constexpr (Described<T>)
      return help_with(walk_of<T>(), &value_);
    else
      return {};
  }

 private:
  T& value_;
};

}  // namespace detail

template <class T>
void Fields::operator()(std::string_view name, T& value, const Limits& limits,
                        std::string_view meaning) {
  detail::SlotOf<T> slot(value);
  field(name, slot, detail::with_names<T>(limits), meaning);
}

template <Described T>
void read_fields(const Node& node, T& value, const std::string& path, Faults& faults) {
  detail::read_with(detail::walk_of<T>(), &value, node, path, faults);
}
template <Described T>
Node write_fields(const T& value, Written what) {
  return detail::write_with(detail::walk_of<T>(), const_cast<T*>(&value), what);
}
template <Described T>
std::vector<FieldHelp> help_fields(const T& value) {
  return detail::help_with(detail::walk_of<T>(), const_cast<T*>(&value));
}
template <Described T>
std::string config_hash(const T& value) {
  return detail::hash_of(write_fields(value, Written::hashed));
}

}  // namespace myoseg
