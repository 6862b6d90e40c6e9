// An enum whose values have names: what a file says by name, the code compares as a value.
//
//   enum class Norm { batch, instance, none };
//   constexpr auto choice_names(Norm) {
//     return std::to_array<std::string_view>({"batch", "instance", "none"});
//   }
//
// A field of such a type is read, written and explained by the name, as core/fields/fields.h does
// for text with one_of({"batch", "instance", "none"}).
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace myoseg {

// `choice_names`, found beside the enum, has the names of its values in their order: 0, 1, 2 ...
template <class E>
concept Choice = std::is_enum_v<E> && requires(E value) {
  { choice_names(value).front() } -> std::convertible_to<std::string_view>;
};

template <Choice E>
[[nodiscard]] constexpr std::string_view name_of(E value) {
  return choice_names(value).at(static_cast<std::size_t>(value));
}

// The value of that name; nothing when none has it.
template <Choice E>
[[nodiscard]] constexpr std::optional<E> choice_of(std::string_view name) {
  constexpr auto names = choice_names(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<E>(i);
  return std::nullopt;
}

}  // namespace myoseg
