#include "core/fields.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/hash.h"
#include "core/help.h"
#include "core/names.h"
#include "core/yaml_scalar.h"

namespace myoseg {
namespace {

std::string number_text(double value) {
  std::string text = float_text(value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

// The found value as a message shows it: text 'abc', 1.5, a list [1, 2].
std::string shown(const Node& node) {
  std::string text;
  if (const auto* value = node.get_if<std::string>())
    text = '\'' + *value + '\'';
  else
    text = node.text();
  constexpr std::size_t kLongest = 60;
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return node.is_map() || node.is_list() || node.get_if<std::string>() != nullptr
             ? node.kind_name() + ' ' + text
             : text;
}

std::string joined(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + '.' + std::string(name);
}

class Reader final : public Fields {
 public:
  Reader(const Node& node, const std::string& path, Faults& faults)
      : node_(node), path_(path), faults_(faults), before_(faults.count()) {}

  void require(bool holds, std::string_view sentence) override {
    // A rule over fields that were not read properly would only repeat the first fault in other
    // words.
    if (!holds && faults_.count() == before_) faults_.add(node_.origin, path_, sentence);
  }

  void refuse_unknown_keys() {
    const auto* map = node_.get_if<Node::Map>();
    if (map == nullptr) return;
    for (const auto& [key, value] : *map)
      if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        const std::string hint = package_hint(key, value);
        faults_.add(value.origin, joined(path_, key),
                    "unknown key" + (hint.empty() ? suggestion(key) : hint));
      }
  }

 protected:
  void field(std::string_view name, Slot& slot, const Limits& limits, std::string_view) override {
    known_.emplace_back(name);
    if (const Node* value = node_.find(name)) {
      slot.read(*value, joined(path_, name), limits, faults_);
    } else if (limits.required) {
      faults_.add(node_.origin, joined(path_, name), "must be given");
    }
  }

 private:
  // A file of a group that is no section, such as an experiment, without its first line.
  [[nodiscard]] std::string package_hint(const std::string& key, const Node& value) const {
    const std::string& file = value.origin.source;
    const std::size_t name = file.rfind('/');
    if (!path_.empty() || value.origin.line == 0 || name == std::string::npos) return "";
    const std::string folder = file.substr(0, name);
    if (folder != key && !folder.ends_with('/' + key)) return "";
    return "; a file whose keys belong to the whole configuration begins with '# @package "
           "_global_'";
  }

  [[nodiscard]] std::string suggestion(const std::string& key) const {
    const std::string near = did_you_mean(key, known_);
    if (!near.empty()) return near;
    return known_.empty() ? "; nothing can be set here" : "; known here: " + join(known_);
  }

  const Node& node_;
  const std::string& path_;
  Faults& faults_;
  std::size_t before_;
  std::vector<std::string> known_;
};

class Writer final : public Fields {
 public:
  explicit Writer(bool only_what_affects_results) : only_(only_what_affects_results) {}
  void require(bool, std::string_view) override {}
  Node node{Node::Map{}};

 protected:
  void field(std::string_view name, Slot& slot, const Limits& limits, std::string_view) override {
    if (!only_ || limits.affects_result) node.set(name, slot.write(only_));
  }

 private:
  bool only_;
};

class Explainer final : public Fields {
 public:
  void require(bool, std::string_view) override {}
  std::vector<FieldHelp> lines;

 protected:
  void field(std::string_view name, Slot& slot, const Limits& limits,
             std::string_view meaning) override {
    FieldHelp line{std::string(name),    slot.type(),    "", limits.text(), limits.unit,
                   std::string(meaning), slot.children()};
    if (limits.required)
      line.value = "(must be given)";
    else if (line.children.empty())
      line.value = short_text(slot.write(false));
    lines.push_back(std::move(line));
  }
};

// Text that is the same whatever the order in which keys are written, and different for different
// values.
void canonical(const Node& node, std::string& out) {
  if (const auto* map = node.get_if<Node::Map>()) {
    std::vector<const std::pair<std::string, Node>*> entries;
    for (const auto& entry : *map) entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(), [](auto* a, auto* b) { return a->first < b->first; });
    out += '{';
    for (const auto* entry : entries) {
      out += std::to_string(entry->first.size()) + ':' + entry->first + '=';
      canonical(entry->second, out);
    }
    out += '}';
  } else if (const auto* list = node.get_if<Node::List>()) {
    out += '[';
    for (const Node& item : *list) canonical(item, out);
    out += ']';
  } else if (const auto* text = node.get_if<std::string>()) {
    out += std::to_string(text->size()) + '"' + *text;
  } else {
    out += node.text() + ';';
  }
}

bool outside(const Node& node, double value, const std::string& path, const Limits& limits,
             Faults& faults) {
  if (limits.allows(value)) return false;
  faults.add(node.origin, path, node.text() + " is outside " + limits.text());
  return true;
}

}  // namespace

bool Limits::allows(double value) const {
  if (std::isnan(value)) return false;
  return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
}

std::string Limits::text() const {
  if (!names.empty()) return "one of " + join(names);
  const bool has_low = std::isfinite(low), has_high = std::isfinite(high);
  if (!has_low && !has_high) return "";
  if (!has_high) return (low_open ? "> " : ">= ") + number_text(low);
  if (!has_low) return (high_open ? "< " : "<= ") + number_text(high);
  return (low_open ? '(' : '[') + number_text(low) + ", " + number_text(high) +
         (high_open ? ')' : ']');
}

void Faults::add(const Origin& origin, std::string_view path, std::string_view sentence) {
  // What was not written anywhere has no place to name.
  std::string line = origin.source.empty() ? "" : origin.text() + ": ";
  if (!path.empty()) line += std::string(path) + ": ";
  lines_.push_back(line + std::string(sentence));
}

void Faults::throw_if_any() const {
  if (!lines_.empty()) throw Error(ExitCode::bad_usage, join(lines_, "\n"));
}

namespace detail {

void expected(const Node& node, const std::string& path, std::string_view what, Faults& faults) {
  const auto* text = node.get_if<std::string>();
  if (text != nullptr && *text == "???") return faults.add(node.origin, path, "must be given");
  faults.add(node.origin, path, "expected " + std::string(what) + ", found " + shown(node));
}

bool read_scalar(const Node& node, bool& value, const std::string& path, const Limits&,
                 Faults& faults) {
  if (const auto* found = node.get_if<bool>()) {
    value = *found;
    return true;
  }
  expected(node, path, "true or false", faults);
  return false;
}

bool read_scalar(const Node& node, std::int64_t& value, const std::string& path,
                 const Limits& limits, Faults& faults) {
  const auto* found = node.get_if<std::int64_t>();
  if (found == nullptr) {
    expected(node, path, "a whole number", faults);
    return false;
  }
  if (outside(node, static_cast<double>(*found), path, limits, faults)) return false;
  value = *found;
  return true;
}

bool read_scalar(const Node& node, double& value, const std::string& path, const Limits& limits,
                 Faults& faults) {
  double found = 0;
  if (const auto* number = node.get_if<double>()) {
    found = *number;
  } else if (const auto* whole = node.get_if<std::int64_t>()) {
    found = static_cast<double>(*whole);
  } else {
    expected(node, path, "a number", faults);
    return false;
  }
  if (std::isnan(found)) {
    expected(node, path, "a number", faults);
    return false;
  }
  if (outside(node, found, path, limits, faults)) return false;
  value = found;
  return true;
}

bool read_scalar(const Node& node, std::string& value, const std::string& path,
                 const Limits& limits, Faults& faults) {
  const auto* found = node.get_if<std::string>();
  if (found == nullptr || *found == "???") {
    expected(node, path,
             node.is_scalar() ? "text (in quotes when it looks like something else)" : "text",
             faults);
    return false;
  }
  if (!limits.names.empty() &&
      std::find(limits.names.begin(), limits.names.end(), *found) == limits.names.end()) {
    unknown_name(node, path, *found, limits.names, faults);
    return false;
  }
  value = *found;
  return true;
}

void unknown_name(const Node& node, const std::string& path, std::string_view found,
                  const std::vector<std::string>& names, Faults& faults) {
  faults.add(
      node.origin, path,
      '\'' + std::string(found) + "' is not one of: " + join(names) + did_you_mean(found, names));
}

void read_with(Walk walk, void* object, const Node& node, const std::string& path, Faults& faults) {
  if (!node.is_map() && !node.is_null()) return expected(node, path, "a section", faults);
  Reader reader(node, path, faults);
  walk(reader, object);
  reader.refuse_unknown_keys();
}

Node write_with(Walk walk, void* object, bool only_what_affects_results) {
  Writer writer(only_what_affects_results);
  walk(writer, object);
  return std::move(writer.node);
}

std::vector<FieldHelp> help_with(Walk walk, void* object) {
  Explainer explainer;
  walk(explainer, object);
  return std::move(explainer.lines);
}

std::string hash_of(const Node& node) {
  std::string text;
  canonical(node, text);
  return hash_text(text);
}

}  // namespace detail
}  // namespace myoseg
