#include "core/config/sweep/skip.h"

#include <algorithm>

#include "core/config/compose/merge.h"
#include "core/error.h"
#include "core/names.h"

namespace myoseg {
namespace {

bool matches(const Node& value, const Node& wanted) {
  const auto* any = wanted.get_if<Node::List>();
  if (any == nullptr) return same_value(value, wanted);
  return std::any_of(any->begin(), any->end(),
                     [&](const Node& one) { return same_value(value, one); });
}

}  // namespace

SkipRules::SkipRules(const std::vector<Node>& entries, const std::vector<SweepSlot>& slots)
    : entries_(entries), slots_(slots) {
  std::vector<std::string> known;
  for (const SweepSlot& slot : slots) known.push_back(slot.given.group_key());
  for (const Node& entry : entries) {
    const auto* map = entry.get_if<Node::Map>();
    if (map == nullptr || map->empty())
      throw usage_error("{}: an entry of sweep.skip is a mapping of keys to values, not {}",
                        entry.origin.text(), entry.text());
    for (const auto& [key, value] : *map) {
      if (!slots_of(key).empty()) continue;
      std::string hint = did_you_mean(key, known);
      if (hint.empty() && !known.empty()) hint = "; it sets " + join(known);
      throw usage_error("{}: sweep.skip names '{}', which the sweep does not set{}",
                        value.origin.text(), key, hint);
    }
  }
}

bool SkipRules::drops(const std::vector<const SweepValue*>& chosen) const {
  const auto holds = [&](const std::pair<std::string, Node>& wanted) {
    const auto slots = slots_of(wanted.first);
    return std::any_of(slots.begin(), slots.end(), [&](std::size_t slot) {
      return matches(chosen[slot]->value, wanted.second);
    });
  };
  return std::any_of(entries_.begin(), entries_.end(), [&](const Node& entry) {
    const auto& map = *entry.get_if<Node::Map>();
    return std::all_of(map.begin(), map.end(), holds);
  });
}

std::vector<std::size_t> SkipRules::slots_of(const std::string& key) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].given.group_key() == key || slots_[i].given.key_element() == key)
      found.push_back(i);
  return found;
}

}  // namespace myoseg
