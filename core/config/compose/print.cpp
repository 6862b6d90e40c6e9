#include "core/config/compose/print.h"

#include <algorithm>

#include "core/config/compose/hydra.h"
#include "core/config/compose/merge.h"
#include "core/names.h"
#include "core/text.h"

namespace myoseg {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// Columns as wide as their widest cell; the first row is the head.
std::string table(const Rows& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(row[i]));
  std::size_t whole = 1;
  for (const std::size_t width : widths) whole += width + 3;
  const std::string line = std::string(whole, '-') + '\n';
  std::string text;
  for (const auto& row : rows) {
    text += '|';
    for (std::size_t i = 0; i < row.size(); ++i)
      text += fmt::format(" {:<{}} |", row[i], widths[i]);
    text += '\n';
    if (&row == &rows.front()) text += line;
  }
  return text + line;
}

std::string titled(const std::string& title, const std::string& body) {
  return '\n' + title + '\n' + std::string(title.size(), '*') + '\n' + body;
}

std::string defaults_table(const Composition& composition) {
  Rows rows{{"Config path", "Package", "_self_", "Parent"}};
  for (const MergedFile& file : composition.defaults)
    rows.push_back({file.config, file.package, file.is_self ? "True" : "False", file.parent});
  return titled("Defaults List", table(rows));
}

std::string defaults_tree(const Composition& composition) {
  std::string text;
  for (const DefaultsLine& line : composition.tree)
    text += std::string(2 * line.depth, ' ') + line.text + '\n';
  return titled("Defaults Tree", text);
}

std::string searchpath_table(const Composition& composition) {
  Rows rows{{"Order", "Folder"}};
  for (std::size_t i = 0; i < composition.search_path.size(); ++i)
    rows.push_back({std::to_string(i + 1), composition.search_path[i].string()});
  return titled("Config search path", table(rows));
}

// Every dotted key of a section that holds a section, for "did you mean".
void sections(const Node& node, const std::string& prefix, std::vector<std::string>& out) {
  if (const auto* map = node.get_if<Node::Map>())
    for (const auto& [key, value] : *map) {
      out.push_back(prefix + key);
      sections(value, prefix + key + '.', out);
    }
}

void add_groups(const std::vector<std::filesystem::path>& search_path, const std::string& parent,
                std::string& text) {
  for (const std::string& name : list_groups(search_path, parent)) {
    const std::string group = parent.empty() ? name : parent + '/' + name;
    const auto options = list_options(search_path, group);
    if (!options.empty()) text += group + ": " + join(options) + '\n';
    add_groups(search_path, group, text);
  }
}

}  // namespace

std::string cfg_text(const Composition& composition, ConfigFlags::Cfg part,
                     const std::string& package, bool resolve) {
  Node shown = with_hydra(composition);
  auto& top = *shown.get_if<Node::Map>();
  if (part == ConfigFlags::Cfg::hydra)
    std::erase_if(top, [](const auto& entry) { return entry.first != "hydra"; });
  else if (part != ConfigFlags::Cfg::all)
    std::erase_if(top, [](const auto& entry) { return entry.first == "hydra"; });

  if (package.empty() || package == "_global_") {
    if (resolve)
      for (auto& [key, value] : top) value = resolved_value(composition, {key});
    return to_yaml(shown);
  }
  const Node* node = shown.at_path(package);
  if (node == nullptr) {
    std::vector<std::string> known;
    sections(shown, "", known);
    throw ConfigError(ConfigFault::key_not_in_config,
                      fmt::format("--package {}: the configuration has no such part{}", package,
                                  did_you_mean(package, known)),
                      package);
  }
  return "# @package " + package + '\n' +
         to_yaml(resolve ? resolved_value(composition, split_path(package)) : *node);
}

std::string info_text(const Composition& composition, ConfigFlags::Info what) {
  using Info = ConfigFlags::Info;
  const bool all = what == Info::all || what == Info::config;
  std::string text;
  if (all || what == Info::searchpath) text += searchpath_table(composition);
  if (all || what == Info::defaults_tree) text += defaults_tree(composition);
  if (all || what == Info::defaults) text += defaults_table(composition);
  if (all) text += titled("Config", to_yaml(composition.unresolved));
  return text;
}

std::string groups_text(const std::vector<std::filesystem::path>& search_path) {
  std::string text;
  add_groups(search_path, "", text);
  return text;
}

}  // namespace myoseg
