#include "core/config/compose/compose.h"

#include <algorithm>

#include "core/config/compose/defaults.h"
#include "core/config/compose/hydra.h"
#include "core/config/compose/merge.h"
#include "core/names.h"
#include "core/shell.h"

namespace myoseg {
namespace {

std::tm local_now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm now{};
  localtime_r(&seconds, &now);
  return now;
}

// Several values for a key make a sweep; the message says what else they may have been meant as.
void refuse_sweep(const Override& given, bool sweeping) {
  if (!given.sweep) return;
  if (sweeping && !is_for_hydra(given)) return;
  if (sweeping) throw sweep_over_hydra(given);
  const std::string value = given.text.substr(given.text.find('=') + 1);
  std::string what = "sweeps over several values, which needs --multirun";
  if (given.sweep->kind == Sweep::Kind::simple)
    what = fmt::format(
        "is several values\n  as a list: {}\n  as text: {}\n  as a sweep: add --multirun",
        shell_word(given.key_element() + "=[" + value + ']'),
        shell_word(given.key_element() + '=' + quoted_text(value)));
  throw ConfigError(ConfigFault::sweep_without_multirun,
                    given.origin().text() + ": '" + given.key + "' " + what);
}

std::vector<std::string> texts_of(const Node& list) {
  std::vector<std::string> texts;
  if (const auto* items = list.get_if<Node::List>())
    for (const Node& item : *items)
      if (const auto* text = item.get_if<std::string>()) texts.push_back(*text);
  return texts;
}

void find_missing(const Node& node, const std::string& path, std::vector<std::string>& missing) {
  if (const auto* map = node.get_if<Node::Map>())
    for (const auto& [key, value] : *map)
      find_missing(value, path.empty() ? key : path + '.' + key, missing);
  if (const auto* list = node.get_if<Node::List>())
    for (std::size_t i = 0; i < list->size(); ++i)
      find_missing((*list)[i], path + '[' + std::to_string(i) + ']', missing);
  if (const auto* text = node.get_if<std::string>(); text != nullptr && *text == "???")
    missing.push_back(path);
}

class Composer {
 public:
  explicit Composer(const ComposeRequest& request)
      : request_(request), folders_(request.search_path) {
    result_.now = request.now ? *request.now : local_now();
    result_.job_number = request.job_number;
    result_.cwd = request.cwd.empty() ? std::filesystem::current_path() : request.cwd;
    context_.now = result_.now;
    primary_ = request.config_name;
    if (primary_.ends_with(".yaml")) primary_.resize(primary_.size() - 5);
  }

  Composition run() {
    for (const std::string& text : request_.overrides) overrides_.push_back(parse_override(text));
    check_folders();
    extend_search_path();
    GroupOverrides groups;
    std::vector<const Override*> values;
    for (const Override& given : overrides_) {
      refuse_sweep(given, request_.sweep_master);
      if (given.sweep) continue;
      if (!take_group_override(given, folders_, groups)) values.push_back(&given);
    }
    result_.search_path = folders_.folders();
    Node root(Node::Map{});
    root.set("hydra", hydra_defaults());
    if (!primary_.empty()) merge_all(root, std::move(groups));
    for (const Override* given : values) apply(root, *given);
    finish(std::move(root));
    return std::move(result_);
  }

 private:
  void check_folders() const {
    std::error_code error;
    for (const auto& folder : folders_.folders())
      if (!std::filesystem::is_directory(folder, error))
        throw ConfigError(
            ConfigFault::config_dir_not_found,
            "the configuration folder '" + folder.string() + "' does not exist or cannot be read");
  }

  // `hydra.searchpath` of the primary config or of the command line comes after the given folders.
  void extend_search_path() {
    std::vector<std::string> extra;
    if (const ConfigFile* file = primary_.empty() ? nullptr : folders_.load(primary_))
      if (const Node* list = file->content.at_path("hydra.searchpath")) extra = texts_of(*list);
    for (const Override& given : overrides_)
      if (given.key == "hydra.searchpath" && given.value) extra = texts_of(given.value->node());
    for (std::string folder : extra) {
      if (has_interpolation(folder))
        folder = python_text(resolve_text(folder, Node(Node::Map{}), context_));
      if (folder.starts_with("file://")) folder.erase(0, 7);
      std::error_code error;
      if (std::filesystem::is_directory(folder, error)) {
        folders_.append(folder);
      } else {
        result_.warnings.push_back(
            {ComposeWarning::Kind::search_path_not_available,
             "hydra.searchpath: the folder '" + folder + "' does not exist; it is left out"});
      }
    }
  }

  void merge_all(Node& root, GroupOverrides groups) {
    groups.may_stay_open = request_.sweep_master;
    FlatDefaults flat = expand_defaults(primary_, folders_, std::move(groups), result_.now);
    for (std::size_t i = 0; i < flat.files.size(); ++i) {
      const MergedFile& file = flat.files[i];
      // An empty mapping is what Hydra sees there; a program that knows its keys need not guess.
      if (request_.keys_checked_later && flat.contents[i]->blank)
        throw ConfigError(ConfigFault::yaml_syntax,
                          flat.contents[i]->name +
                              ": the file is empty; write what it sets, or a comment that says why "
                              "it sets nothing");
      const Node content = at_package(flat.contents[i]->content, file.package);
      if (const Node* list = content.at_path("hydra.searchpath");
          list != nullptr && file.config != primary_)
        throw ConfigError(
            ConfigFault::searchpath_not_primary,
            fmt::format(
                "{}: hydra.searchpath can be set only in the primary config and on the command "
                "line, not in '{}'",
                list->origin.text(), file.config));
      check_hydra_keys(content);
      merge_files(root, content, context_);
    }
    result_.choices = std::move(flat.choices);
    result_.defaults = std::move(flat.files);
    result_.tree = std::move(flat.tree);
    result_.warnings.insert(result_.warnings.end(), flat.warnings.begin(), flat.warnings.end());
  }

  void finish(Node root) {
    for (const char* section : {"hydra.job", "hydra.runtime", "hydra.overrides"})
      if (const Node* node = root.at_path(section); node == nullptr || !node->is_map())
        throw ConfigError(ConfigFault::key_not_in_config, std::string("the section '") + section +
                                                              "' cannot be removed or replaced");
    Node& hydra = *root.find("hydra");
    fill_hydra(hydra);
    Node::Map app = *root.get_if<Node::Map>();
    std::erase_if(app, [](const auto& entry) { return entry.first == "hydra"; });
    result_.unresolved = Node(std::move(app), root.origin);
    find_missing(result_.unresolved, "", result_.missing);
    std::sort(result_.missing.begin(), result_.missing.end());
    result_.hydra = hydra;
    try {
      hydra.find("runtime")->set("output_dir", Node(output_directory(result_)));
      result_.hydra = hydra;
    } catch (const ConfigError&) {
      // Only a run that uses the folder needs it; output_directory() reports it then.
    }
    context_.full = &root;
    if (has_interpolation(result_.override_dirname)) {
      try {
        result_.override_dirname =
            python_text(resolve_at(root, {"hydra", "job", "override_dirname"}, context_));
      } catch (const ConfigError&) {
        // A bad reference in an override is reported where the value itself is read.
      }
    }
    result_.config =
        request_.resolve ? resolve_all(result_.unresolved, context_) : result_.unresolved;
  }

  void apply(Node& root, const Override& given) const {
    Override change = given;
    if (request_.keys_checked_later && change.op == Override::Op::change)
      change.op = Override::Op::force_add;
    try {
      apply_value(root, change, context_);
    } catch (const ConfigError& error) {
      if (error.fault() != ConfigFault::key_not_in_config) throw;
      const std::string hint = group_meant(given.key, folders_);
      const bool said =
          hint.empty() || std::string_view(error.what()).find(hint) != std::string_view::npos;
      throw ConfigError(error.fault(),
                        error.what() + (said ? "" : "\n  no group has this name either" + hint),
                        error.key());
    }
  }

  // What is known only now: names, overrides, choices.
  void fill_hydra(Node& hydra) {
    check_hydra_types(hydra);
    Node& job = *hydra.find("job");
    const auto* name = job.find("name")->get_if<std::string>();
    if (name != nullptr && *name == "???") job.set("name", Node(request_.job_name));
    if (request_.job_number) {
      job.set("num", Node(*request_.job_number));
      job.set("id", Node(*request_.job_number));
    }
    job.set("config_name", primary_.empty() ? Node() : Node(primary_));
    std::vector<Override> task;
    Node::List task_texts, hydra_texts;
    for (const Override& given : overrides_) {
      (is_for_hydra(given) ? hydra_texts : task_texts).emplace_back(given.text);
      if (!is_for_hydra(given)) task.push_back(given);
    }
    result_.override_dirname = override_dirname(task, hydra);
    job.set("override_dirname", Node(result_.override_dirname));
    hydra.find("overrides")->set("task", Node(std::move(task_texts)));
    hydra.find("overrides")->set("hydra", Node(std::move(hydra_texts)));
    Node& runtime = *hydra.find("runtime");
    runtime.set("cwd", Node(result_.cwd.string()));
    Node choices(Node::Map{});
    for (const auto& [group, option] : result_.choices)
      choices.set(group, option ? Node(*option) : Node());
    runtime.set("choices", std::move(choices));
  }

  const ComposeRequest& request_;
  ConfigFolders folders_;
  std::string primary_;
  std::vector<Override> overrides_;
  ResolveContext context_;
  Composition result_;
};

}  // namespace

Composition compose(const ComposeRequest& request) { return Composer(request).run(); }

}  // namespace myoseg
