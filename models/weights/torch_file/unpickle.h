// Python's pickle read as data: nothing is imported, called or executed. What a pickle asks Python
// to call stays a note of what would be called, with which arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace myoseg {

struct PickleValue {
  // list: lists, tuples and sets. object: a call or an instance, which may have become filled like
  // a list or a dict. persistent: what the writer kept outside the pickle; `arguments` says where.
  enum class Kind { none, boolean, integer, real, text, list, dict, global, object, persistent };
  // Values name one another by place in Pickle::values: one that contains itself does no harm.
  using Ref = std::uint32_t;
  static constexpr Ref kNothing = UINT32_MAX;

  Kind kind = Kind::none;
  std::int64_t integer = 0;  // integer, boolean
  double real = 0;
  std::string text =
      {};  // text and bytes; global: "module.name"; integers beyond 64 bits: their bytes
  std::vector<Ref> items = {};
  std::vector<std::pair<Ref, Ref>> entries = {};
  Ref callee = kNothing, arguments = kNothing, state = kNothing;
  bool is_instance = false;  // object: made new of a class, not returned by a function
};

struct Pickle {
  std::vector<PickleValue> values;
  PickleValue::Ref root = 0;
  std::size_t bytes_read = 0;  // a file may go on behind its pickle

  [[nodiscard]] const PickleValue& operator[](PickleValue::Ref ref) const { return values[ref]; }
};

// Protocols 0 to 5. Error(bad_data), starting with `place`, for what is no pickle. Memory stays
// within a small multiple of `bytes`, and no pickle, however nested, deepens the call stack.
[[nodiscard]] Pickle unpickle(std::string_view bytes, const std::string& place);

}  // namespace myoseg
