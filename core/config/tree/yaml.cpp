#include "core/config/tree/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "core/config/config_error.h"
#include "core/config/tree/yaml_scalar.h"
#include "core/config/tree/yaml_source.h"
#include "core/files.h"

namespace myoseg {
namespace {

// Builds the tree from the parser's events.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const YamlSource& source) : source_(source), tabs_(source) {}
  Node root;

  void refuse_tabs() { tabs_.refuse(); }

  // The first fault of meaning, if any: repeated keys, null keys.
  void throw_later() const {
    if (later_) throw *later_;
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    tabs_.something_at(static_cast<std::size_t>(mark.pos));
    const bool in_flow = !stack_.empty() && stack_.back().flow;
    if (in_flow && !stack_.back().is_map && !written_null(mark))
      throw source_.fault(place(mark), "there is nothing between these commas");
    if (expects_key()) {
      const bool empty_key = !written_null(mark) && !(in_flow && character(mark) == ':');
      if (empty_key) throw source_.fault(place(mark), "there is no key here");
      later(source_.fault(place(mark), "a key cannot be null; quote it",
                          ConfigFault::unsupported_key_type));
      begin_entry(mark, "null", false);
      return;
    }
    add(Node(std::monostate(), place(mark)), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    tabs_.something_at(static_cast<std::size_t>(mark.pos));
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw source_.fault(place(mark), "an alias cannot stand inside its own anchor");
    if (expects_key()) throw source_.fault(place(mark), "an alias cannot be a key");
    add(Node(found->second), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool plain = tag == "?";
    tabs_.something_at(static_cast<std::size_t>(mark.pos));
    if (!plain) tabs_.quoted_at(static_cast<std::size_t>(mark.pos));
    if (expects_key()) {
      begin_entry(mark, value, plain);
      return;
    }
    Node node = typed(mark, tag, value);
    node.origin = place(mark);
    add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, false);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(mark, tag, anchor, style, true);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    bool is_map = false, flow = false;
    YAML::anchor_t anchor = 0;
    std::optional<std::string> key;  // the key whose value comes next
    Origin key_origin;
    bool merge = false;        // that key is `<<`
    std::vector<Node> merged;  // what `<<` brings, later ones first
  };

  [[nodiscard]] bool expects_key() const {
    return !stack_.empty() && stack_.back().is_map && !stack_.back().key;
  }

  [[nodiscard]] bool written_null(const YAML::Mark& mark) const {
    const std::string_view rest =
        source_.text().substr(std::min<std::size_t>(mark.pos, source_.text().size()));
    return rest.starts_with('~') || rest.starts_with("null") || rest.starts_with("Null") ||
           rest.starts_with("NULL");
  }

  [[nodiscard]] Origin place(const YAML::Mark& mark) const {
    return source_.at(mark.line, mark.column);
  }

  [[nodiscard]] char character(const YAML::Mark& mark) const {
    const auto at = static_cast<std::size_t>(mark.pos);
    return at < source_.text().size() ? source_.text()[at] : '\0';
  }

  // Faults of meaning come after faults of form, wherever they stand.
  void later(const ConfigError& error) {
    if (!later_) later_ = error;
  }

  [[nodiscard]] Node typed(const YAML::Mark& mark, const std::string& tag,
                           const std::string& value) const {
    if (tag == "?" && (value == "<<" || value == "="))
      throw source_.fault(place(mark),
                          "'" + value + "' has a meaning of its own in YAML; quote it");
    if (auto node = tagged_scalar(tag, value)) return std::move(*node);
    throw source_.fault(place(mark),
                        "the tag '" + tag + "' is unknown or does not fit '" + value + "'");
  }

  void begin_entry(const YAML::Mark& mark, const std::string& key, bool plain) {
    Open& map = stack_.back();
    map.merge = plain && key == "<<";
    map.key_origin = place(mark);
    if (!map.merge && map.node.find(key) != nullptr)
      later(source_.fault(
          map.key_origin,
          "the key '" + key + "' stands here twice, first at " + map.node.find(key)->origin.text(),
          ConfigFault::yaml_duplicate_key));
    map.key = key;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style, bool is_map) {
    tabs_.something_at(static_cast<std::size_t>(mark.pos));
    if (expects_key())
      throw source_.fault(place(mark), "a key must be plain text, not a list or mapping");
    const std::string expected = std::string(kYamlTag) + (is_map ? "map" : "seq");
    if (!tag.empty() && tag != "?" && tag != "!" && tag != expected)
      throw source_.fault(place(mark), "the tag '" + tag + "' is unknown");
    Open next;
    next.node = is_map ? Node(Node::Map{}, place(mark)) : Node(Node::List{}, place(mark));
    next.is_map = is_map;
    next.flow = style == YAML::EmitterStyle::Flow;
    next.anchor = anchor;
    stack_.push_back(std::move(next));
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    if (!done.merged.empty()) {
      // What is merged comes first; the mapping's own entries override it in place.
      Node all(Node::Map{}, done.node.origin);
      for (const Node& map : done.merged)
        for (const auto& [key, value] : *map.get_if<Node::Map>()) all.set(key, value);
      for (auto& [key, value] : *done.node.get_if<Node::Map>()) all.set(key, std::move(value));
      done.node = std::move(all);
    }
    add(std::move(done.node), done.anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    if (stack_.empty()) {
      root = std::move(node);
      return;
    }
    Open& into = stack_.back();
    if (!into.is_map) {
      into.node.get_if<Node::List>()->push_back(std::move(node));
      return;
    }
    if (into.merge)
      merge(into, node);
    else
      into.node.set(*into.key, std::move(node));
    into.key.reset();
  }

  void merge(Open& into, const Node& node) const {
    std::vector<Node> maps;
    if (const auto* list = node.get_if<Node::List>())
      maps.assign(list->rbegin(), list->rend());
    else
      maps.push_back(node);
    for (Node& map : maps) {
      if (!map.is_map())
        throw source_.fault(into.key_origin, "'<<' takes a mapping or a list of mappings");
      into.merged.push_back(std::move(map));
    }
  }

  const YamlSource& source_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::optional<ConfigError> later_;
  TabGuard tabs_;
};

}  // namespace

Node parse_yaml(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const YamlSource source(text, name);
  check_characters(source);
  std::istringstream stream{std::string(text)};
  Builder builder(source);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return Node(std::monostate(), Origin{name, 1, 1});
    builder.refuse_tabs();
    Builder second(source);
    if (parser.HandleNextDocument(second))
      throw source.fault(second.root.origin.line > 0 ? second.root.origin : source.at(text.size()),
                         "a second document starts here; a file holds one");
    builder.throw_later();
  } catch (const YAML::Exception& error) {
    const Origin origin = source.at(error.mark.line, error.mark.column);
    if (const auto tab = indenting_tab(source, origin))
      throw source.fault(*tab, "a tab indents this line; use spaces");
    throw source.fault(origin, error.msg + quoting_advice(source.line(origin.line)));
  }
  return std::move(builder.root);
}

Node load_yaml(const std::filesystem::path& file) {
  return parse_yaml(read_file(file), file.string());
}

}  // namespace myoseg
