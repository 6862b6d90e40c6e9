// One entry of a defaults list: read, and the names that follow from where it stands.
#include <algorithm>

#include "core/config/compose/files.h"

namespace myoseg {
namespace {

std::string below(const std::string& base, const std::string& path) {
  return base.empty() || path.empty() ? base + path : base + '/' + path;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string dotted(std::string path) {
  std::replace(path.begin(), path.end(), '/', '.');
  return path;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

ConfigError bad_item(const Origin& origin, const std::string& what) {
  return {ConfigFault::defaults_bad_item, origin.text() + ": " + what};
}

// "optional override /group@package" -> its parts.
void read_target(std::string text, const Origin& origin, Default& item) {
  // A name built from other choices may hold blanks of its own.
  for (std::size_t space = text.find(' '); space < text.find("${") && space != std::string::npos;
       space = text.find(' ')) {
    const std::string word = text.substr(0, space);
    text.erase(0, text.find_first_not_of(' ', space));
    if (word == "optional")
      item.optional = true;
    else if (word == "override")
      item.override_entry = true;
    else
      throw bad_item(
          origin,
          "the defaults list knows 'optional' and 'override' before a group, not '" + word + "'");
  }
  if (const std::size_t at = text.find('@'); at != std::string::npos) {
    item.package = text.substr(at + 1);
    text.erase(at);
  }
  item.absolute = text.starts_with('/');
  item.path = item.absolute ? text.substr(1) : text;
}

}  // namespace

Default read_default(const Node& node) {
  Default item;
  item.origin = node.origin;
  if (const auto* text = node.get_if<std::string>()) {
    if (*text == "_self_")
      item.kind = Default::Kind::self;
    else
      read_target(*text, node.origin, item);
    return item;
  }
  const auto* map = node.get_if<Node::Map>();
  if (map == nullptr || map->empty())
    throw bad_item(node.origin,
                   "an entry of a defaults list is 'group: option' or a name, not " + node.text());
  if (map->size() > 1)
    throw bad_item(node.origin, "too many keys in one entry of the defaults list: " + node.text() +
                                    "; give each group an entry of its own");
  const auto& [key, value] = map->front();
  item.kind = Default::Kind::group;
  read_target(key, node.origin, item);
  if (value.is_null()) return item;
  if (const auto* text = value.get_if<std::string>()) {
    item.option = *text;
  } else if (const auto* list = value.get_if<Node::List>()) {
    item.is_list = true;
    for (const Node& option : *list) {
      const auto* name = option.get_if<std::string>();
      if (name == nullptr)
        throw bad_item(option.origin,
                       "an option must be text, not " + option.text() + "; write it in quotes");
      item.options.push_back(*name);
    }
  } else {
    throw bad_item(value.origin,
                   "an option must be text or a list of texts, not " + value.text() +
                       (value.is_scalar() ? "; write it in quotes: '" + value.text() + "'" : ""));
  }
  return item;
}

std::string Default::full_path() const { return absolute ? path : below(base, path); }

std::string Default::group_path() const {
  return kind == Kind::group ? full_path() : folder_of(full_path());
}

std::string Default::config_path() const {
  return kind == Kind::group ? below(full_path(), option.value_or("")) : full_path();
}

std::string Default::final_package(bool with_header) const {
  constexpr std::string_view kGlobal = "_global_";
  std::string own = dotted(kind == Kind::group ? path : folder_of(path));
  if (package) {
    own = *package == "_here_" ? "" : replaced(*package, "_here_.", "");
    if (own.find("_group_") != std::string::npos)
      own = std::string(kGlobal) + '.' + replaced(own, "_group_", dotted(group_path()));
  } else if (with_header && header) {
    own = *header;
    if (!own.starts_with(kGlobal)) own = std::string(kGlobal) + '.' + own;
  }
  std::string all =
      parent_package.empty() || own.empty() ? parent_package + own : parent_package + '.' + own;
  const std::size_t global = all.rfind(kGlobal);
  if (global == std::string::npos) return all;
  all.erase(0, global + kGlobal.size());
  return all.starts_with('.') ? all.substr(1) : all;
}

std::string Default::override_key() const {
  const std::string where = final_package(false);
  if (where == dotted(group_path())) return group_path();
  return group_path() + '@' + (where.empty() ? "_global_" : where);
}

}  // namespace myoseg
