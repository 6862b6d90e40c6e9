#include "models/weights/torch_file/unpickle_stack.h"

#include <utility>

namespace myoseg {
namespace {

// Far beyond any file of weights; keeps a hostile one from filling the memory with tiny values.
constexpr std::size_t kMostValues = 4'000'000;

}  // namespace

Error PickleStack::damaged(const std::string& what) const {
  return data_error("{}: the pickle {} at byte {}; the file is damaged or none of PyTorch's",
                    place_, what, at_);
}

std::string_view PickleStack::take(std::uint64_t size) {
  if (size > bytes_.size() - at_) throw damaged("ends too early");
  const std::string_view taken = bytes_.substr(at_, size);
  at_ += size;
  return taken;
}

std::uint64_t PickleStack::whole(int size) {
  const std::string_view raw = take(static_cast<std::uint64_t>(size));
  std::uint64_t value = 0;
  for (std::size_t i = raw.size(); i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(raw[i]);
  return value;
}

std::string_view PickleStack::line() {
  const std::size_t end = bytes_.find('\n', at_);
  if (end == std::string_view::npos) throw damaged("ends too early");
  const std::string_view text = take(end - at_);
  ++at_;
  return text;
}

void PickleStack::push(PickleValue value) {
  if (pickle_.values.size() == kMostValues) throw damaged("holds too many values");
  stack_.push_back(static_cast<Ref>(pickle_.values.size()));
  pickle_.values.push_back(std::move(value));
}

void PickleStack::push_long(std::string_view raw) {
  // A number beyond 64 bits keeps its bytes.
  if (raw.size() > sizeof(std::uint64_t)) return push_text(raw, Kind::integer);
  const bool negative = !raw.empty() && (static_cast<unsigned char>(raw.back()) & 0x80) != 0;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = raw.size(); i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(raw[i]);
  push_integer(value);
}

PickleValue::Ref PickleStack::top() const {
  if (stack_.size() <= floor()) throw damaged("takes a value that is not there");
  return stack_.back();
}

PickleValue::Ref PickleStack::pop() {
  const Ref ref = top();
  stack_.pop_back();
  return ref;
}

std::vector<PickleValue::Ref> PickleStack::pop_some(int count) {
  std::vector<Ref> items(static_cast<std::size_t>(count));
  for (std::size_t i = items.size(); i-- > 0;) items[i] = pop();
  return items;
}

std::vector<PickleValue::Ref> PickleStack::pop_to_mark() {
  if (marks_.empty()) throw damaged("takes a mark that is not there");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  std::vector<Ref> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  marks_.pop_back();
  return items;
}

void PickleStack::set_entries(const std::vector<Ref>& items) {
  PickleValue& target = top_value();
  if (items.size() % 2 != 0 || (target.kind != Kind::dict && target.kind != Kind::object))
    throw damaged("sets entries of what has none");
  for (std::size_t i = 0; i < items.size(); i += 2)
    target.entries.emplace_back(items[i], items[i + 1]);
}

void PickleStack::append(const std::vector<Ref>& items) {
  PickleValue& target = top_value();
  if (target.kind != Kind::list && target.kind != Kind::object)
    throw damaged("appends to what is no list");
  target.items.insert(target.items.end(), items.begin(), items.end());
}

Pickle PickleStack::finish(Ref root) {
  pickle_.root = root;
  pickle_.bytes_read = at_;
  return std::move(pickle_);
}

}  // namespace myoseg
