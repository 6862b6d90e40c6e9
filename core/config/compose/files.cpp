#include "core/config/compose/files.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "core/config/compose/compose.h"
#include "core/config/interpolate/interpolate.h"
#include "core/config/tree/yaml.h"
#include "core/files.h"
#include "core/names.h"

namespace myoseg {
namespace {

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
      for (const Node& item : *list) file->defaults.push_back(read_default(item));
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
