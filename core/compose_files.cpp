#include "core/compose_files.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "core/compose.h"
#include "core/files.h"
#include "core/interpolate.h"
#include "core/names.h"
#include "core/yaml.h"

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

// `# @package NAME` in the first lines. As in Hydra only the first 512 characters count, and the
// first line that is no
// `# @key value` comment ends the header; a package header found below it is reported, because it
// looks as if it counted.
void read_header(const std::string& text, ConfigFile& file) {
  constexpr std::size_t kHeaderLength = 512;
  std::istringstream lines(text.substr(0, kHeaderLength));
  bool over = false;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first.empty() || first == "\xEF\xBB\xBF") continue;
    if (first.front() != '#') return;
    const std::size_t at = line.find_first_not_of("# \t", line.find('#'));
    if (at == std::string::npos || line[at] != '@') {
      over = true;
      continue;
    }
    std::istringstream rest(line.substr(at));
    std::vector<std::string> parts;
    for (std::string word; rest >> word;) parts.push_back(word);
    if (parts.front() != "@package" || parts.size() < 2) continue;
    if (over) {
      file.ignored_header = parts[1];
      continue;
    }
    if (parts.size() > 2)
      throw ConfigError(
          ConfigFault::bad_header,
          fmt::format("{}: '{}' has too many words; write '# @package NAME'", file.name, line));
    file.header = parts[1];
  }
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

Default read_item(const Node& node) {
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

// As the user would name it: from the current folder where the file is below it.
std::string shown(const std::filesystem::path& file) {
  std::error_code error;
  const auto here = std::filesystem::current_path(error);
  const auto relative = file.lexically_relative(here);
  const bool below = !error && !relative.empty() && *relative.begin() != "..";
  return (below ? relative : file).string();
}

std::vector<std::string> entries(const std::vector<std::filesystem::path>& folders,
                                 const std::string& group, bool want_groups) {
  std::set<std::string> names;
  for (const auto& folder : folders) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder / group, error)) {
      const std::string name = entry.path().filename().string();
      if (want_groups && entry.is_directory(error)) names.insert(name);
      if (!want_groups && entry.is_regular_file(error) && name.ends_with(".yaml"))
        names.insert(name.substr(0, name.size() - 5));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace

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

const ConfigFile* ConfigFolders::load(const std::string& config_path) {
  if (const auto found = loaded_.find(config_path); found != loaded_.end())
    return found->second.get();
  std::unique_ptr<ConfigFile>& slot = loaded_[config_path];
  const std::string name = config_path.ends_with(".yaml") ? config_path : config_path + ".yaml";
  for (const auto& folder : folders_) {
    std::error_code error;
    const std::filesystem::path path = folder / name;
    if (std::filesystem::is_directory(path, error))
      throw ConfigError(ConfigFault::config_not_found,
                        shown(path) + " is a folder; a configuration is a file");
    if (!std::filesystem::is_regular_file(path, error)) continue;
    auto file = std::make_unique<ConfigFile>();
    file->name = shown(path);
    const std::string text = read_file(path);
    file->blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
    read_header(text, *file);
    Node root = parse_yaml(text, file->name);
    if (root.is_null()) root = Node(Node::Map{}, root.origin);
    if (!root.is_map())
      throw ConfigError(ConfigFault::primary_not_a_dict,
                        fmt::format("{}: the top of a configuration file must be a "
                                    "mapping, found {}",
                                    file->name, root.kind_name()));
    check_interpolations(root);
    auto& map = *root.get_if<Node::Map>();
    const auto defaults =
        std::find_if(map.begin(), map.end(), [](const auto& e) { return e.first == "defaults"; });
    if (defaults != map.end()) {
      const auto* list = defaults->second.get_if<Node::List>();
      if (list == nullptr)
        throw ConfigError(
            ConfigFault::defaults_not_a_list,
            fmt::format("{}: 'defaults' must be a list, found {}", defaults->second.origin.text(),
                        defaults->second.kind_name()));
      for (const Node& item : *list) file->defaults.push_back(read_item(item));
      map.erase(defaults);
    }
    file->content = std::move(root);
    slot = std::move(file);
    break;
  }
  return slot.get();
}

bool ConfigFolders::group_exists(const std::string& group) const {
  return std::any_of(folders_.begin(), folders_.end(), [&](const auto& folder) {
    std::error_code error;
    return std::filesystem::is_directory(folder / group, error);
  });
}

std::vector<std::string> ConfigFolders::options(const std::string& group) const {
  return entries(folders_, group, false);
}

std::vector<std::string> ConfigFolders::groups(const std::string& group) const {
  return entries(folders_, group, true);
}

std::string ConfigFolders::text() const {
  std::vector<std::string> names;
  for (const auto& folder : folders_) names.push_back(folder.string());
  return "searched in " + join(names);
}

std::vector<std::string> list_options(const std::vector<std::filesystem::path>& search_path,
                                      const std::string& group) {
  return ConfigFolders(search_path).options(group);
}

std::vector<std::string> list_groups(const std::vector<std::filesystem::path>& search_path,
                                     const std::string& group) {
  return ConfigFolders(search_path).groups(group);
}

}  // namespace myoseg
