#include "core/config/compose/defaults.h"

#include <algorithm>

#include "core/config/compose/expand.h"
#include "core/config/interpolate/interpolate.h"
#include "core/names.h"

namespace myoseg {

void Expander::run(const std::string& primary) {
  TreeNode root;
  root.node.path = primary;
  expand(root, nullptr, false);
  TreeNode hydra = hydra_groups();
  flatten(hydra, "<root>", 0);
  flatten(root, "<root>", 0);
  refuse_unused();
}

void Expander::expand(TreeNode& tree, const TreeNode* parent, bool interpolated) {
  Default& node = tree.node;
  const bool is_primary = parent == nullptr;
  if (node.kind == Default::Kind::group) {
    if (deleted(node)) {
      tree.dropped = true;
      return;
    }
    note_choice(node);
    const bool open = node.option == "???";
    if (!node.option || (open && groups_.may_stay_open)) {
      tree.dropped = tree.empty_choice = true;
      return;
    }
    if (open) throw must_choose(node);
  }
  tree.file = folders_.load(node.config_path());
  if (tree.file == nullptr) {
    // A typed option that does not exist is a mistake even where the group itself is optional.
    if (node.optional && !node.chosen_by_user) {
      warn_of_optional(node);
      tree.dropped = true;
      return;
    }
    throw not_found(node, parent);
  }
  node.header = tree.file->header;
  if (tree.file->ignored_header)
    warn(ComposeWarning::Kind::header_ignored,
         fmt::format(
             "{}: '# @package {}' below another comment has no effect; make it the first line",
             tree.file->name, *tree.file->ignored_header));
  if (std::find(open_.begin(), open_.end(), tree.file) != open_.end())
    throw ConfigError(ConfigFault::defaults_cycle,
                      fmt::format("{}: '{}' lists itself, directly or through others", place(node),
                                  node.config_path()));
  open_.push_back(tree.file);
  expand_list(tree, is_primary, interpolated);
  open_.pop_back();
}

void Expander::expand_list(TreeNode& tree, bool is_primary, bool interpolated) {
  std::vector<Default> list = tree.file->defaults;
  add_self(tree, is_primary, list);
  for (Default& item : list) {
    item.base = tree.node.group_path();
    item.parent_package = tree.node.final_package();
  }
  collect_overrides(list, interpolated);

  // From last to first: what stands later decides about what stands earlier.
  std::vector<TreeNode> children;
  for (auto item = list.rbegin(); item != list.rend(); ++item) {
    if (item->override_entry) continue;
    if (item->kind == Default::Kind::group) apply_choice(*item);
    if (item->is_list)
      expand_options(tree, *item, interpolated, children);
    else
      add_child(tree, *item, interpolated, children);
  }
  for (TreeNode& child : children)
    if (is_interpolated(child.node)) {
      resolve_name(child.node);
      expand(child, &tree, true);
    }
  std::reverse(children.begin(), children.end());
  tree.children = std::move(children);
}

void Expander::add_self(const TreeNode& tree, bool is_primary, std::vector<Default>& list) {
  const auto is_self = [](const Default& d) { return d.kind == Default::Kind::self; };
  const auto selves = std::count_if(list.begin(), list.end(), is_self);
  if (selves > 1)
    throw ConfigError(ConfigFault::duplicate_self,
                      tree.file->name + ": '_self_' stands twice in the defaults list");
  const bool real =
      std::any_of(list.begin(), list.end(), [](const Default& d) { return !d.override_entry; });
  const bool appends = is_primary && !groups_.appended.empty();
  if (selves == 0 && (real || appends)) {
    if (is_primary && real && !tree.file->content.get_if<Node::Map>()->empty())
      warn(ComposeWarning::Kind::missing_self, tree.file->name +
                                                   ": the defaults list has no '_self_', so this "
                                                   "file's own keys win over all it lists; put "
                                                   "'- _self_' where they are meant to merge");
    Default self;
    self.kind = Default::Kind::self;
    list.push_back(self);
  }
  if (is_primary) list.insert(list.end(), groups_.appended.begin(), groups_.appended.end());
}

void Expander::expand_options(const TreeNode& tree, const Default& item, bool interpolated,
                              std::vector<TreeNode>& children) {
  if (deleted(item)) return;
  for (auto option = item.options.rbegin(); option != item.options.rend(); ++option) {
    if (has_interpolation(*option))
      throw ConfigError(ConfigFault::defaults_interpolation_in_list,
                        item.origin.text() + ": '" + *option +
                            "': a list of options cannot be built from other choices");
    Default one = item;
    one.kind = Default::Kind::config;
    one.path = item.path + '/' + *option;
    one.is_list = false;
    add_child(tree, one, interpolated, children);
  }
}

void Expander::add_child(const TreeNode& tree, const Default& item, bool interpolated,
                         std::vector<TreeNode>& children) {
  TreeNode child;
  child.node = item;
  if (item.kind != Default::Kind::self && !is_interpolated(item))
    expand(child, &tree, interpolated);
  if (!child.dropped || child.empty_choice) children.push_back(std::move(child));
}

bool Expander::is_interpolated(const Default& item) {
  return item.kind == Default::Kind::group ? item.option && has_interpolation(*item.option)
                                           : has_interpolation(item.path);
}

void Expander::resolve_name(Default& item) const {
  std::string& name = item.kind == Default::Kind::group ? *item.option : item.path;
  if (name.find("${defaults.") != std::string::npos)
    throw ConfigError(ConfigFault::defaults_interpolation_legacy,
                      fmt::format("{}: '{}={}' uses a form of old Hydra; write ${{GROUP}}",
                                  item.origin.text(), item.path, name));
  Node known(Node::Map{});
  std::vector<std::string> keys;
  for (const auto& [key, option] : flat.choices) {
    known.set(key, option ? Node(*option) : Node());
    keys.push_back(key);
  }
  try {
    ResolveContext context;
    context.now = now_;
    name = python_text(resolve_text(name, known, context));
  } catch (const ConfigError& error) {
    if (error.fault() == ConfigFault::env_not_found) throw;
    throw ConfigError(ConfigFault::defaults_interpolation_unresolved,
                      fmt::format("{}: cannot build the name '{}'; the choices known here are {}",
                                  item.origin.text(), name, join(keys)));
  }
}

void Expander::flatten(const TreeNode& tree, const std::string& parent, std::size_t depth) {
  if (tree.dropped && !tree.empty_choice) return;
  std::string line = tree.node.path;
  if (tree.node.kind == Default::Kind::group)
    line = tree.node.override_key() + ": " + tree.node.option.value_or("null");
  const std::size_t inner = line.empty() ? depth : depth + 1;
  if (!tree.children.empty()) line += ':';
  if (inner > depth) flat.tree.push_back({depth, std::move(line)});
  if (tree.dropped) return;
  for (const TreeNode& child : tree.children) {
    if (child.node.kind == Default::Kind::self) {
      flat.tree.push_back({inner, "_self_"});
      add_file(tree, parent, true);
    } else {
      flatten(child, tree.node.path.empty() ? parent : tree.node.config_path(), inner);
    }
  }
  if (tree.children.empty() && tree.file != nullptr) add_file(tree, parent, false);
}

void Expander::add_file(const TreeNode& tree, const std::string& parent, bool is_self) {
  if (tree.node.kind == Default::Kind::group && !is_self &&
      !keys_.insert(tree.node.override_key()).second)
    throw ConfigError(ConfigFault::duplicate_in_defaults,
                      fmt::format("{}: the group '{}' stands twice in the defaults lists",
                                  place(tree.node), tree.node.override_key()));
  flat.files.push_back({tree.node.config_path(), tree.node.final_package(), parent, is_self});
  flat.contents.push_back(tree.file);
}

FlatDefaults expand_defaults(const std::string& primary, ConfigFolders& folders,
                             GroupOverrides groups, const std::tm& now) {
  Expander expander(folders, groups, now);
  expander.run(primary);
  return std::move(expander.flat);
}

}  // namespace myoseg
