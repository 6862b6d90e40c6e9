// A field that picks one entry of a kind's explicit table by name, with that entry's own options:
//
//   optimizer: {name: adamw, lr: 0.01}      in short {adamw: {lr: 0.01}}
//   loss: {sum: [{dice: {}}, {focal: {}}]}  where the first option is a list
//
// A kind of part (model, loss, optimizer ...) has an Entry struct made of a name, a meaning and its
// factory's type:
//
//   using LossEntry = Entry<std::unique_ptr<Loss>()>;           // the kind: losses/loss.h
//   std::span<const LossEntry* const> table(const LossEntry*);  // found by the argument's type
//   const LossEntry kDice =                                     // a line of it: losses/dice.cpp
//       entry<LossEntry, DiceOptions, make_dice>("dice", "Soft Dice loss.");
//   Pick<LossEntry> loss{"dice"};                               // a field; loss.make() builds it
#pragma once

#include <any>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/fields/fields.h"

namespace myoseg {

namespace detail {
// The name that `node` gives (`{name: x, ...}` or `{x: {...}}`) and the node of its options without
// the name.
bool split_pick(const Node& node, const std::string& path, const std::vector<std::string>& names,
                std::string& name, Node& options, Faults& faults);
// A list written under an entry's name, {sum: [a, b]}, is the first of its options.
Node options_of_list(Walk walk, void* options, const Node& list);
}  // namespace detail

// One line of a kind's table: its name, what it is, its options and how it is built from them.
template <class Signature>
struct Entry;

template <class Result, class... Args>
struct Entry<Result(Args...)> {
  std::string_view name;
  std::string_view meaning;
  std::shared_ptr<void> (*new_options)();
  std::shared_ptr<void> (*copy_options)(const void*);
  detail::Walk walk;
  Result (*make)(const void* options, Args... args);
};

// An entry for options `Options` built by `Make(const Options&, Args...)`.
template <class EntryType, class Options, auto Make>
constexpr EntryType entry(std::string_view name, std::string_view meaning) {
  return []<class Result, class... Args>(Entry<Result(Args...)>*, std::string_view n,
                                         std::string_view m) {
    return Entry<Result(Args...)>{
        n,
        m,
        []() -> std::shared_ptr<void> { return std::make_shared<Options>(); },
        [](const void* o) -> std::shared_ptr<void> {
          return std::make_shared<Options>(*static_cast<const Options*>(o));
        },
        [](Fields& f, void* o) { describe(f, *static_cast<Options*>(o)); },
        [](const void* o, Args... args) -> Result {
          return Make(*static_cast<const Options*>(o), std::forward<Args>(args)...);
        }};
  }(static_cast<EntryType*>(nullptr), name, meaning);
}

// The key that says which entry of a table is meant.
[[nodiscard]] FieldHelp name_help(const std::vector<std::string>& names, const std::string& chosen,
                                  const std::string& meaning = "Which of them.");

template <class EntryType>
[[nodiscard]] std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for (const EntryType* e : table(static_cast<const EntryType*>(nullptr)))
    names.emplace_back(e->name);
  return names;
}

template <class EntryType>
class Pick {
 public:
  Pick() : Pick(table(static_cast<const EntryType*>(nullptr)).front()->name) {}
  explicit Pick(std::string_view name) { choose(name); }
  Pick(const Pick& other)
      : entry_(other.entry_), options_(entry_->copy_options(other.options_.get())) {}
  Pick(Pick&&) noexcept = default;
  Pick& operator=(Pick other) noexcept {
    std::swap(entry_, other.entry_);
    options_.swap(other.options_);
    return *this;
  }
  ~Pick() = default;

  // Takes the entry of that name with its default options; the name must be in the table.
  void choose(std::string_view name) {
    for (const EntryType* e : table(static_cast<const EntryType*>(nullptr)))
      if (e->name == name) {
        entry_ = e;
        options_ = e->new_options();
        return;
      }
    throw std::logic_error("no table entry named " + std::string(name));
  }

  [[nodiscard]] std::string_view name() const { return entry_->name; }
  [[nodiscard]] const EntryType& chosen() const { return *entry_; }
  [[nodiscard]] void* options() const { return options_.get(); }

  template <class... Args>
  auto make(Args&&... args) const {
    return entry_->make(options_.get(), std::forward<Args>(args)...);
  }

 private:
  const EntryType* entry_ = nullptr;
  std::shared_ptr<void> options_;
};

namespace detail {
template <class EntryType>
struct Codec<Pick<EntryType>> {
  static void read(const Node& n, Pick<EntryType>& v, const std::string& p, const Limits&,
                   Faults& f) {
    read_named(n, v, p, f, std::string(v.name()));
  }
  // `name` is the entry that is meant when `n` does not say; empty: it must say.
  static void read_named(const Node& n, Pick<EntryType>& v, const std::string& p, Faults& f,
                         std::string name) {
    Node options;
    if (!split_pick(n, p, names_of<EntryType>(), name, options, f)) return;
    if (name != v.name()) v.choose(name);
    if (options.is_list()) options = options_of_list(v.chosen().walk, v.options(), options);
    read_with(v.chosen().walk, v.options(), options, p, f);
  }
  static Node write(const Pick<EntryType>& v, Written w) {
    Node node;
    node.set("name", Node(std::string(v.name())));
    const Node options = write_with(v.chosen().walk, v.options(), w);
    for (const auto& [key, value] : *options.template get_if<Node::Map>()) node.set(key, value);
    return node;
  }
  static std::string type() { return "one of several"; }
  static std::vector<FieldHelp> children(const Pick<EntryType>& v) {
    std::vector<FieldHelp> fields{name_help(names_of<EntryType>(), std::string(v.name()))};
    for (FieldHelp& field : help_with(v.chosen().walk, v.options()))
      fields.push_back(std::move(field));
    return fields;
  }
};

// In a list there is no entry from before, so each item names its own.
template <class EntryType>
struct Codec<std::vector<Pick<EntryType>>> {
  using Item = Codec<Pick<EntryType>>;
  static void read(const Node& n, std::vector<Pick<EntryType>>& v, const std::string& p,
                   const Limits&, Faults& f) {
    const auto* list = n.get_if<Node::List>();
    if (list == nullptr) return expected(n, p, "a list", f);
    v.assign(list->size(), Pick<EntryType>());
    for (std::size_t i = 0; i < list->size(); ++i)
      Item::read_named((*list)[i], v[i], p + "." + std::to_string(i), f, "");
  }
  static Node write(const std::vector<Pick<EntryType>>& v, Written w) {
    Node::List list;
    for (const auto& item : v) list.push_back(Item::write(item, w));
    return Node(std::move(list));
  }
  static std::string type() { return std::string("list of ").append(Item::type()); }
};
}  // namespace detail

// The options of the chosen entry alone, where its name stands elsewhere: as they are, read from a
// section (Error(bad_usage) naming every fault), and explained.
template <class EntryType>
[[nodiscard]] Node write_options(const Pick<EntryType>& pick) {
  return detail::write_with(pick.chosen().walk, pick.options(), Written::all);
}
template <class EntryType>
void bind_options(Pick<EntryType>& pick, const Node& section) {
  Faults faults;
  detail::read_with(pick.chosen().walk, pick.options(), section, "", faults);
  faults.throw_if_any();
}
template <class EntryType>
[[nodiscard]] std::vector<FieldHelp> help_options(const Pick<EntryType>& pick) {
  return detail::help_with(pick.chosen().walk, pick.options());
}

}  // namespace myoseg
