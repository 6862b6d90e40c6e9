// The memory of the machine that a pickle is a program for: its bytes, its stack and its values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "models/weights/torch_file/unpickle.h"

namespace myoseg {

class PickleStack {
 public:
  using Kind = PickleValue::Kind;
  using Ref = PickleValue::Ref;

  PickleStack(std::string_view bytes, const std::string& place) : bytes_(bytes), place_(place) {}

  [[nodiscard]] Error damaged(const std::string& what) const;

  // The next bytes; each throws damaged() when there are too few.
  std::string_view take(std::uint64_t size);
  std::uint64_t whole(int size);  // little-endian
  std::string_view line();        // without its end
  [[nodiscard]] std::size_t position() const { return at_; }

  void push(PickleValue value);
  void push(Kind kind) { push(PickleValue{.kind = kind}); }
  void push_text(std::string_view text, Kind kind = Kind::text) {
    push(PickleValue{.kind = kind, .text = std::string(text)});
  }
  void push_integer(std::uint64_t bits) {
    push(PickleValue{.kind = Kind::integer, .integer = static_cast<std::int64_t>(bits)});
  }
  void push_real(double number) { push(PickleValue{.kind = Kind::real, .real = number}); }
  void push_long(std::string_view raw);  // two's complement, little-endian
  void push_list(std::vector<Ref> items) {
    push(PickleValue{.kind = Kind::list, .items = std::move(items)});
  }
  void push_object(Ref callee, Ref arguments, bool is_instance = false) {
    push(PickleValue{.kind = Kind::object,
                     .callee = callee,
                     .arguments = arguments,
                     .is_instance = is_instance});
  }
  void push_again(Ref ref) { stack_.push_back(ref); }

  // What is above the last mark; damaged() when nothing is.
  Ref pop();
  std::vector<Ref> pop_some(int count);
  [[nodiscard]] Ref top() const;
  PickleValue& top_value() { return pickle_.values[top()]; }
  [[nodiscard]] bool at_mark() const { return stack_.size() == floor(); }

  void mark() { marks_.push_back(stack_.size()); }
  std::vector<Ref> pop_to_mark();

  void set_entries(const std::vector<Ref>& items);  // of the dict on top: key, value, key ...
  void append(const std::vector<Ref>& items);       // to the list on top

  [[nodiscard]] const std::string& text_of(Ref ref) const { return pickle_[ref].text; }
  [[nodiscard]] Pickle finish(Ref root);

 private:
  [[nodiscard]] std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  std::string_view bytes_;
  const std::string& place_;
  std::size_t at_ = 0;
  Pickle pickle_;
  std::vector<Ref> stack_;
  std::vector<std::size_t> marks_;
};

}  // namespace myoseg
