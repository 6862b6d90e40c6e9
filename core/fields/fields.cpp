#include "core/fields/fields.h"

#include <algorithm>

#include "core/error.h"
#include "core/fields/help.h"
#include "core/hash.h"
#include "core/names.h"

namespace myoseg {
namespace {

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
  explicit Writer(Written what) : what_(what) {}
  void require(bool, std::string_view) override {}
  Node node{Node::Map{}};

 protected:
  void field(std::string_view name, Slot& slot, const Limits& limits, std::string_view) override {
    if (what_ == Written::all || limits.decides == Decides::network) {
      Node value = slot.write(what_);
      const bool as_before =
          what_ == Written::hashed && limits.added_as && value.text() == limits.added_as->text();
      if (!as_before) node.set(name, std::move(value));
    } else if (what_ == Written::hashed && limits.in_hash) {
      node.set(name, *limits.in_hash);
    }
  }

 private:
  Written what_;
};

class Explainer final : public Fields {
 public:
  void require(bool, std::string_view) override {}
  std::vector<FieldHelp> lines;

 protected:
  void field(std::string_view name, Slot& slot, const Limits& limits,
             std::string_view meaning) override {
    FieldHelp line{std::string(name), slot.type(),   "",
                   limits.text(),     limits.unit,   std::string(meaning),
                   slot.children(),   limits.decides};
    if (limits.required)
      line.value = "(must be given)";
    else if (line.children.empty())
      line.value = short_text(slot.write(Written::all));
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

}  // namespace

void Faults::add(const Origin& origin, std::string_view path, std::string_view sentence) {
  // What was not written anywhere has no place to name.
  std::string line = origin.source.empty() ? "" : origin.text() + ": ";
  if (!path.empty()) line += std::string(path) + ": ";
  lines_.push_back(line + std::string(sentence));
}

void Faults::throw_if_any() const {
  if (!lines_.empty()) throw Error(ExitCode::bad_usage, join(lines_, "\n"));
}

Decides what_decides(const std::vector<FieldHelp>& fields, std::string_view path) {
  const std::string_view name = path.substr(0, path.find('.'));
  const auto field = std::find_if(fields.begin(), fields.end(),
                                  [&](const FieldHelp& one) { return one.name == name; });
  if (field == fields.end()) return Decides::network;
  if (field->decides != Decides::network || name.size() == path.size()) return field->decides;
  return what_decides(field->children, path.substr(name.size() + 1));
}

namespace detail {

void read_with(Walk walk, void* object, const Node& node, const std::string& path, Faults& faults) {
  if (!node.is_map() && !node.is_null()) return expected(node, path, "a section", faults);
  Reader reader(node, path, faults);
  walk(reader, object);
  reader.refuse_unknown_keys();
}

Node write_with(Walk walk, void* object, Written what) {
  Writer writer(what);
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
