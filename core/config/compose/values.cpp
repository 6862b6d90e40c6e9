// What an override of a value does to the composed tree: set, add with +, delete with ~.
#include <algorithm>

#include "core/config/compose/merge.h"
#include "core/config/config_error.h"
#include "core/config/interpolate/resolver.h"
#include "core/names.h"
#include "core/shell.h"

namespace myoseg {
namespace {

class Change {
 public:
  Change(Node& root, const Override& given, const ResolveContext& context)
      : root_(root), given_(given), context_(context), path_(split_path(given.key)) {}

  void run() {
    if (given_.package)
      throw fault(
          ConfigFault::group_not_in_defaults,
          "'" + given_.key + "' is no group of the configuration, so it cannot have a package");
    switch (given_.op) {
      case Override::Op::remove:
        return remove();
      case Override::Op::add:
        return add();
      case Override::Op::force_add:
        return set(true);
      case Override::Op::change:
        return set(false);
      case Override::Op::append:
        return append();
      case Override::Op::remove_items:
        return remove_items();
    }
  }

 private:
  [[nodiscard]] ConfigError fault(ConfigFault kind, const std::string& what) const {
    return {kind, given_.origin().text() + ": " + what, given_.key};
  }

  [[nodiscard]] std::string value_text() const { return given_.value ? given_.value->text() : ""; }

  // The override with another sign before its key, as a shell takes it.
  [[nodiscard]] std::string typed(const std::string& sign) const {
    return shell_word(sign + given_.key + '=' + value_text());
  }

  // The key does not exist below `parent`, which is what the first `depth` steps lead to.
  [[nodiscard]] ConfigError unknown(const Node& parent, std::size_t depth) const {
    const std::string& step = path_[depth];
    const KeyPath above(path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(depth));

    std::string hint = did_you_mean(step, keys_of(parent));
    if (hint.empty()) {
      std::vector<std::string> all;
      all_keys(root_, "", all);
      const auto ends = [&](const std::string& key) { return key.ends_with('.' + given_.key); };
      const auto found = std::find_if(all.begin(), all.end(), ends);
      if (found != all.end()) hint = "; did you mean '" + *found + "'?";
    }
    auto known = keys_of(parent);
    if (above.empty()) std::erase(known, "hydra");
    if (hint.empty() && !known.empty()) hint = "; known there: " + join(known);
    if (!parent.is_map())
      hint = fmt::format("; '{}' is {}", join(above, "."), parent.kind_name()) + hint;
    return fault(
        ConfigFault::key_not_in_config,
        fmt::format("there is no key '{}'{}\n  to add it: {}",
                    join(above, ".") + (above.empty() ? "" : ".") + step, hint, typed("+")));
  }

  Node& item(Node& list, const std::string& step) const {
    auto& items = *list.get_if<Node::List>();
    std::size_t index = 0;
    const bool whole = !step.empty() && step.find_first_not_of("0123456789") == std::string::npos &&
                       step.size() < 10;
    if (whole) index = std::stoul(step);
    if (!whole || index >= items.size())
      throw fault(ConfigFault::override_merge_error,
                  fmt::format("the list has {} items and no item '{}'", items.size(), step));
    return items[index];
  }

  void set(bool may_add) {
    Node* at = &root_;
    for (std::size_t i = 0; i + 1 < path_.size(); ++i) at = &enter(*at, i, may_add);
    const std::string& last = path_.back();
    Node value = given_.value ? given_.value->node(given_.origin()) : Node();
    check_interpolations(value);
    Node* present = at->is_list() ? &item(*at, last) : at->find(last);
    if (present == nullptr) {
      if (!may_add || !(at->is_map() || at->is_null())) throw unknown(*at, path_.size() - 1);
      at->set(last, std::move(value));
      return;
    }
    const bool clash =
        (present->is_map() && value.is_list()) || (present->is_list() && value.is_map());
    if (clash)
      throw fault(ConfigFault::override_merge_error,
                  fmt::format("'{}' is {} and cannot become {}", given_.key, present->kind_name(),
                              value.kind_name()));
    if (present->is_map() && value.is_map())
      merge(*present, value, may_add);
    else
      *present = std::move(value);
  }

  // The section that a step leads to; with `may_add`, what is no section becomes an empty one.
  Node& enter(Node& at, std::size_t depth, bool may_add) {
    const std::string& step = path_[depth];
    Node* next = at.is_list() ? &item(at, step) : at.find(step);
    if (next == nullptr) {
      if (!may_add) throw unknown(at, depth);
      next = &at.set(step, Node(Node::Map{}, given_.origin()));
    }
    if (!next->is_map() && !next->is_list()) {
      if (!may_add) throw unknown(*next, depth + 1);
      *next = Node(Node::Map{}, given_.origin());
    }
    return *next;
  }

  void merge(Node& into, const Node& from, bool may_add) {
    for (const auto& [key, value] : *from.get_if<Node::Map>()) {
      Node* present = into.find(key);
      if (present == nullptr) {
        if (!may_add) {
          path_.push_back(key);
          throw unknown(into, path_.size() - 1);
        }
        into.set(key, value);
      } else if (present->is_map() && value.is_map()) {
        path_.push_back(key);
        merge(*present, value, may_add);
        path_.pop_back();
      } else {
        *present = value;
      }
    }
  }

  // What a reference stands for; anything else is itself.
  [[nodiscard]] Node resolved(const Node& present) const {
    return interpolated_text(present) != nullptr ? resolve_at(root_, path_, context_) : present;
  }

  // The list that `+=` and `-=` are for; one that nobody has given yet is empty.
  Node::List& list_at(Node*& slot) {
    Node* at = &root_;
    for (std::size_t i = 0; i + 1 < path_.size(); ++i) at = &enter(*at, i, false);
    slot = at->is_list() ? &item(*at, path_.back()) : at->find(path_.back());
    if (slot == nullptr)
      throw fault(ConfigFault::key_not_in_config,
                  fmt::format("no file has a list '{}'{}\n  to give it whole: {}", given_.key,
                              did_you_mean(path_.back(), keys_of(*at)), typed("++")));
    *slot = resolved(*slot);
    if (slot->is_null() || is_missing(*slot)) *slot = Node(Node::List{}, given_.origin());
    auto* list = slot->get_if<Node::List>();
    if (list == nullptr)
      throw fault(ConfigFault::override_merge_error,
                  fmt::format("'{}' is {}, and only lists have items to add or remove", given_.key,
                              slot->kind_name()));
    return *list;
  }

  // A list given stands for its items, anything else for itself.
  [[nodiscard]] Node::List items_given() const {
    const Node value = given_.value->node(given_.origin());
    check_interpolations(value);
    const auto* list = value.get_if<Node::List>();
    return list != nullptr ? *list : Node::List{value};
  }

  void append() {
    Node* slot = nullptr;
    Node::List& list = list_at(slot);
    for (Node& item : items_given()) list.push_back(std::move(item));
    slot->origin = given_.origin();
  }

  void remove_items() {
    Node* slot = nullptr;
    Node::List& list = list_at(slot);
    for (const Node& gone : items_given())
      if (std::erase_if(list, [&](const Node& item) { return same_value(item, gone); }) == 0)
        throw fault(ConfigFault::delete_value_mismatch,
                    fmt::format("'{}' has no item {} to remove; it is {}", given_.key, gone.text(),
                                slot->text()));
    slot->origin = given_.origin();
  }

  void add() {
    const Node* present = root_.at_path(given_.key);
    const bool free = present == nullptr || present->is_null() || is_missing(*present);
    if (!free && given_.value && given_.value->kind == Element::Kind::scalar)
      throw fault(
          ConfigFault::add_key_exists,
          fmt::format("'{}' exists already ({})\n  to change it: {}\n  to add or change it: {}",
                      given_.key, present->origin.text(), typed(""), typed("++")));
    set(true);
  }

  void remove() {
    const KeyPath above(path_.begin(), path_.end() - 1);
    Node* parent = const_cast<Node*>(root_.at_path(join(above, ".")));
    if (parent != nullptr && parent->is_list())
      throw fault(ConfigFault::delete_from_list,
                  "an item of a list cannot be removed; give the whole list anew");
    Node* present = parent == nullptr ? nullptr : parent->find(path_.back());
    if (present == nullptr)
      throw fault(
          ConfigFault::delete_key_not_found,
          fmt::format("there is no '{}' to remove{}", given_.key,
                      parent == nullptr ? "" : did_you_mean(path_.back(), keys_of(*parent))));
    if (given_.value && !same_value(resolved(*present), given_.value->node()))
      throw fault(ConfigFault::delete_value_mismatch,
                  fmt::format("'{}' is {} and not {}, so it is not removed", given_.key,
                              present->text(), value_text()));
    auto& entries = *parent->get_if<Node::Map>();
    std::erase_if(entries, [&](const auto& entry) { return entry.first == path_.back(); });
  }

  Node& root_;
  const Override& given_;
  const ResolveContext& context_;
  KeyPath path_;
};

}  // namespace

void apply_value(Node& root, const Override& given, const ResolveContext& context) {
  Change(root, given, context).run();
}

}  // namespace myoseg
