#include "models/weights/torch_file/unpickle.h"

#include <bit>
#include <charconv>
#include <unordered_map>

#include "models/weights/torch_file/unpickle_stack.h"

namespace myoseg {
namespace {

using Kind = PickleValue::Kind;
using Ref = PickleValue::Ref;

// Every opcode but those for registered extensions and for buffers outside the pickle
// (Lib/pickletools.py documents them).
// clang-format off
enum class Opcode : unsigned char {
  mark = '(', stop = '.', pop = '0', pop_mark = '1', dup = '2',
  float_line = 'F', int_line = 'I', int4 = 'J', int1 = 'K', long_line = 'L', int2 = 'M',
  none = 'N', persistent_line = 'P', persistent = 'Q', reduce = 'R', string_line = 'S',
  string4 = 'T', string1 = 'U', unicode_line = 'V', unicode4 = 'X', append = 'a', build = 'b',
  global = 'c', dict = 'd', empty_dict = '}', appends = 'e', get_line = 'g', get1 = 'h',
  instance_line = 'i', get4 = 'j', list = 'l', empty_list = ']', object = 'o', put_line = 'p',
  put1 = 'q', put4 = 'r', set_item = 's', tuple = 't', empty_tuple = ')', set_items = 'u',
  float8 = 'G', bytes4 = 'B', bytes1 = 'C', protocol = 0x80, new_object = 0x81, tuple1 = 0x85,
  tuple2 = 0x86, tuple3 = 0x87, yes = 0x88, no = 0x89, long1 = 0x8a, long4 = 0x8b,
  short_unicode = 0x8c, unicode8 = 0x8d, bytes8 = 0x8e, empty_set = 0x8f, add_items = 0x90,
  frozen_set = 0x91, new_object_keywords = 0x92, stack_global = 0x93, memoize = 0x94,
  frame = 0x95, byte_array8 = 0x96,
};
// clang-format on

class Machine {
 public:
  Machine(std::string_view bytes, const std::string& place) : stack_(bytes, place) {}

  Pickle run() {
    for (;;) {
      const auto opcode = static_cast<Opcode>(stack_.whole(1));
      if (opcode == Opcode::stop) return stack_.finish(stack_.pop());
      if (!number(opcode) && !text(opcode) && !container(opcode) && !object(opcode) &&
          !memory(opcode))
        throw stack_.damaged(
            fmt::format("has the unknown opcode 0x{:02x}", static_cast<int>(opcode)));
    }
  }

 private:
  template <class Number>
  Number parsed(std::string_view line) {
    Number number{};
    if (line.ends_with('L')) line.remove_suffix(1);
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc() || end != line.data() + line.size())
      throw stack_.damaged("has a number that is none");
    return number;
  }
  std::uint64_t parsed_integer() {
    return static_cast<std::uint64_t>(parsed<std::int64_t>(stack_.line()));
  }
  double big_endian_real() {
    std::uint64_t bits = 0;
    for (const char byte : stack_.take(sizeof bits))
      bits = bits << 8 | static_cast<unsigned char>(byte);
    return std::bit_cast<double>(bits);
  }
  std::string_view unquoted(std::string_view line) {
    if (line.size() < 2 || line.front() != line.back())
      throw stack_.damaged("has a text without quotes");
    return line.substr(1, line.size() - 2);
  }

  // One line an opcode reads like the table that it is.
  // clang-format off
  bool number(Opcode opcode) {
    switch (opcode) {
      case Opcode::none: stack_.push(Kind::none); return true;
      case Opcode::yes: stack_.push(PickleValue{.kind = Kind::boolean, .integer = 1}); return true;
      case Opcode::no: stack_.push(Kind::boolean); return true;
      case Opcode::int1: stack_.push_integer(stack_.whole(1)); return true;
      case Opcode::int2: stack_.push_integer(stack_.whole(2)); return true;
      case Opcode::int4: stack_.push_long(stack_.take(4)); return true;
      case Opcode::long1: stack_.push_long(stack_.take(stack_.whole(1))); return true;
      case Opcode::long4: stack_.push_long(stack_.take(stack_.whole(4))); return true;
      case Opcode::int_line:
      case Opcode::long_line: stack_.push_integer(parsed_integer()); return true;
      case Opcode::float_line: stack_.push_real(parsed<double>(stack_.line())); return true;
      case Opcode::float8: stack_.push_real(big_endian_real()); return true;
      default: return false;
    }
  }

  bool text(Opcode opcode) {
    switch (opcode) {
      case Opcode::string_line: stack_.push_text(unquoted(stack_.line())); return true;
      case Opcode::unicode_line: stack_.push_text(stack_.line()); return true;
      case Opcode::string1:
      case Opcode::bytes1:
      case Opcode::short_unicode: stack_.push_text(stack_.take(stack_.whole(1))); return true;
      case Opcode::string4:
      case Opcode::bytes4:
      case Opcode::unicode4: stack_.push_text(stack_.take(stack_.whole(4))); return true;
      case Opcode::unicode8:
      case Opcode::bytes8:
      case Opcode::byte_array8: stack_.push_text(stack_.take(stack_.whole(8))); return true;
      default: return false;
    }
  }

  bool container(Opcode opcode) {
    switch (opcode) {
      case Opcode::empty_list:
      case Opcode::empty_tuple:
      case Opcode::empty_set: stack_.push(Kind::list); return true;
      case Opcode::list:
      case Opcode::tuple:
      case Opcode::frozen_set: stack_.push_list(stack_.pop_to_mark()); return true;
      case Opcode::tuple1: stack_.push_list(stack_.pop_some(1)); return true;
      case Opcode::tuple2: stack_.push_list(stack_.pop_some(2)); return true;
      case Opcode::tuple3: stack_.push_list(stack_.pop_some(3)); return true;
      case Opcode::append: stack_.append(stack_.pop_some(1)); return true;
      case Opcode::appends:
      case Opcode::add_items: stack_.append(stack_.pop_to_mark()); return true;
      case Opcode::empty_dict: stack_.push(Kind::dict); return true;
      case Opcode::dict: push_dict(stack_.pop_to_mark()); return true;
      case Opcode::set_item: stack_.set_entries(stack_.pop_some(2)); return true;
      case Opcode::set_items: stack_.set_entries(stack_.pop_to_mark()); return true;
      default: return false;
    }
  }

  bool object(Opcode opcode) {
    switch (opcode) {
      case Opcode::global: stack_.push_text(line_name(), Kind::global); return true;
      case Opcode::stack_global: stack_.push_text(stacked_name(), Kind::global); return true;
      case Opcode::reduce: push_call(false); return true;
      case Opcode::new_object: push_call(true); return true;
      case Opcode::new_object_keywords: (void)stack_.pop(); push_call(false); return true;
      case Opcode::instance_line: push_instance(line_name()); return true;
      case Opcode::object: push_object(stack_.pop_to_mark()); return true;
      case Opcode::build: build(stack_.pop()); return true;
      case Opcode::persistent_line: stack_.push_text(stack_.line()); push_persistent(); return true;
      case Opcode::persistent: push_persistent(); return true;
      default: return false;
    }
  }

  bool memory(Opcode opcode) {
    switch (opcode) {
      case Opcode::protocol: (void)stack_.take(1); return true;
      case Opcode::frame: (void)stack_.take(8); return true;  // its length: its opcodes follow
      case Opcode::mark: stack_.mark(); return true;
      case Opcode::pop: pop(); return true;
      case Opcode::pop_mark: (void)stack_.pop_to_mark(); return true;
      case Opcode::dup: stack_.push_again(stack_.top()); return true;
      case Opcode::put1: remember(stack_.whole(1)); return true;
      case Opcode::put4: remember(stack_.whole(4)); return true;
      case Opcode::put_line: remember(parsed_integer()); return true;
      case Opcode::memoize: remember(memo_.size()); return true;
      case Opcode::get1: recall(stack_.whole(1)); return true;
      case Opcode::get4: recall(stack_.whole(4)); return true;
      case Opcode::get_line: recall(parsed_integer()); return true;
      default: return false;
    }
  }
  // clang-format on

  void push_dict(const std::vector<Ref>& items) {
    stack_.push(Kind::dict);
    stack_.set_entries(items);
  }
  std::string line_name() {
    const std::string module(stack_.line());
    return module + "." + std::string(stack_.line());
  }
  std::string stacked_name() {
    const std::string name = stack_.text_of(stack_.pop());
    return stack_.text_of(stack_.pop()) + "." + name;
  }
  void push_call(bool is_instance) {
    const Ref arguments = stack_.pop();
    stack_.push_object(stack_.pop(), arguments, is_instance);
  }
  void push_instance(const std::string& name) {
    stack_.push_list(stack_.pop_to_mark());
    const Ref arguments = stack_.pop();
    stack_.push_text(name, Kind::global);
    stack_.push_object(stack_.pop(), arguments);
  }
  void push_object(std::vector<Ref> items) {
    if (items.empty()) throw stack_.damaged("makes an object of nothing");
    const Ref callee = items.front();
    items.erase(items.begin());
    stack_.push_list(std::move(items));
    stack_.push_object(callee, stack_.pop());
  }
  void push_persistent() {
    const Ref where = stack_.pop();
    stack_.push(PickleValue{.kind = Kind::persistent, .arguments = where});
  }
  void build(Ref state) { stack_.top_value().state = state; }
  void pop() {
    if (stack_.at_mark())
      (void)stack_.pop_to_mark();
    else
      (void)stack_.pop();
  }
  void remember(std::uint64_t key) { memo_[key] = stack_.top(); }
  void recall(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) throw stack_.damaged("recalls what it never remembered");
    stack_.push_again(found->second);
  }

  PickleStack stack_;
  std::unordered_map<std::uint64_t, Ref> memo_;
};

}  // namespace

Pickle unpickle(std::string_view bytes, const std::string& place) {
  return Machine(bytes, place).run();
}

}  // namespace myoseg
