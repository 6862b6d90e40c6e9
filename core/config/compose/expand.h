// Expands defaults lists into a tree and the tree into the flat list;
// core/config/compose/defaults.h is its public face.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/config/compose/defaults.h"

namespace myoseg {

struct TreeNode {
  Default node;
  const ConfigFile* file = nullptr;
  std::vector<TreeNode> children;
  bool dropped = false;
  bool empty_choice = false;  // dropped because nothing is chosen
};

class Expander {
 public:
  Expander(ConfigFolders& folders, GroupOverrides& groups, const std::tm& now)
      : folders_(folders), groups_(groups), now_(now) {}

  FlatDefaults flat;
  void run(const std::string& primary);

 private:
  void expand(TreeNode& tree, const TreeNode* parent, bool interpolated);
  void expand_list(TreeNode& tree, bool is_primary, bool interpolated);

  // Where a file's own content merges when its list does not say: after everything else.
  void add_self(const TreeNode& tree, bool is_primary, std::vector<Default>& list);
  void collect_overrides(const std::vector<Default>& list, bool interpolated);
  void apply_choice(Default& item);
  void expand_options(const TreeNode& tree, const Default& item, bool interpolated,
                      std::vector<TreeNode>& children);
  void add_child(const TreeNode& tree, const Default& item, bool interpolated,
                 std::vector<TreeNode>& children);
  static bool is_interpolated(const Default& item);
  void resolve_name(Default& item) const;
  bool deleted(const Default& item);
  // Whether `+group=option` of the command line chose for the same group.
  [[nodiscard]] bool added_by_user(const Default& item) const;
  void note_choice(const Default& item);
  static std::string place(const Default& item) { return item.origin.text(); }

  [[nodiscard]] std::string options_text(const std::string& group) const;
  [[nodiscard]] ConfigError must_choose(const Default& node) const;
  [[nodiscard]] ConfigError not_found(const Default& node, const TreeNode* parent) const;

  // The options chosen in Hydra's own groups, as far as the folders have them.
  TreeNode hydra_groups();
  void refuse_unused() const;
  [[nodiscard]] std::string chosen_text(const std::string& key) const;
  [[nodiscard]] std::string known_groups(const std::string& key) const;
  [[nodiscard]] std::string unused_choice(const std::string& key,
                                          const GroupOverrides::Choice& choice) const;
  void flatten(const TreeNode& tree, const std::string& parent, std::size_t depth);
  void add_file(const TreeNode& tree, const std::string& parent, bool is_self);
  void warn(ComposeWarning::Kind kind, std::string text);
  void warn_of_optional(const Default& node);

  ConfigFolders& folders_;
  GroupOverrides& groups_;
  const std::tm& now_;
  std::set<std::string> keys_;
  std::vector<const ConfigFile*> open_;  // the files whose lists are being expanded
};

}  // namespace myoseg
