// A field that is one value for all or a list with one for each: a kernel of 3, or of [1, 3, 3].
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "core/fields/fields.h"

namespace myoseg {

// Read and written as a list, or as the value itself where it is one.
template <class T>
struct OneOrMany {
  OneOrMany() = default;
  OneOrMany(std::initializer_list<T> list) : values(list) {}
  std::vector<T> values;
};

namespace detail {

template <class T>
struct Codec<OneOrMany<T>> {
  static void read(const Node& n, OneOrMany<T>& v, const std::string& p, const Limits& l,
                   Faults& f) {
    if (n.get_if<Node::List>() != nullptr) return Codec<std::vector<T>>::read(n, v.values, p, l, f);
    v.values.assign(1, T{});
    Codec<T>::read(n, v.values.front(), p, l, f);
  }
  static Node write(const OneOrMany<T>& v, Written w) {
    return v.values.size() == 1 ? Codec<T>::write(v.values.front(), w)
                                : Codec<std::vector<T>>::write(v.values, w);
  }
  static std::string type() { return Codec<T>::type().append(" or list of them"); }
};

}  // namespace detail
}  // namespace myoseg
