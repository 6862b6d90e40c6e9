// The manual as JSON and back, field by field.
#include <nlohmann/json.hpp>

#include "experiments/cli/manual.h"

namespace myoseg {

// The parts of each struct, by name; nlohmann finds to_json and from_json by their arguments.
template <class Visit>
void each(FieldHelp& o, Visit visit) {
  visit("name", o.name), visit("type", o.type), visit("value", o.value);
  visit("limits", o.limits), visit("unit", o.unit), visit("meaning", o.meaning);
  visit("children", o.children);
}
template <class Visit>
void each(FlagHelp& o, Visit visit) {
  visit("brief", o.brief), visit("full", o.full), visit("value", o.value);
  visit("optional_value", o.optional_value), visit("meaning", o.meaning);
}
template <class Visit>
void each(CommandHelp& o, Visit visit) {
  visit("name", o.name), visit("summary", o.summary), visit("usage", o.usage);
  visit("composes", o.composes), visit("computes", o.computes), visit("options", o.options);
}
template <class Visit>
void each(EntryHelp& o, Visit visit) {
  visit("name", o.name), visit("meaning", o.meaning), visit("fields", o.fields);
}
template <class Visit>
void each(KindHelp& o, Visit visit) {
  visit("name", o.name), visit("section", o.section), visit("entries", o.entries);
}
template <class Visit>
void each(Manual& o, Visit visit) {
  visit("version", o.version), visit("flags", o.flags), visit("commands", o.commands);
  visit("sections", o.sections), visit("kinds", o.kinds);
}

namespace {
constexpr auto kNothing = [](const char*, auto&) {};
}

template <class T>
concept Listed = requires(T& value) {
  each(value, kNothing);
};

template <Listed T>
void to_json(nlohmann::json& json, const T& value) {
  json = nlohmann::json::object();
  each(const_cast<T&>(value), [&](const char* name, auto& part) { json[name] = part; });
}

template <Listed T>
void from_json(const nlohmann::json& json, T& value) {
  each(value, [&](const char* name, auto& part) { json.at(name).get_to(part); });
}

std::string manual_json(const Manual& manual) { return nlohmann::json(manual).dump(); }

Manual read_manual(std::string_view json) { return nlohmann::json::parse(json).get<Manual>(); }

}  // namespace myoseg
