#include "core/config/compose/hydra.h"

#include <algorithm>

#include "core/config/config_error.h"
#include "core/config/tree/yaml.h"
#include "core/names.h"

namespace myoseg {
namespace {

constexpr const char* kDefaults = R"(
mode: null
searchpath: []
run: {dir: "outputs/${now:%Y-%m-%d}/${now:%H-%M-%S}"}
sweep: {dir: "multirun/${now:%Y-%m-%d}/${now:%H-%M-%S}", subdir: "${hydra.job.num}"}
launcher: {}
sweeper: {max_batch_size: null, params: null}
help: {}
hydra_help: {}
hydra_logging: {}
job_logging: {}
env: {}
callbacks: {}
output_subdir: .hydra
overrides: {hydra: [], task: []}
job:
  name: '???'
  chdir: null
  override_dirname: ''
  id: '???'
  num: '???'
  config_name: '???'
  env_set: {}
  env_copy: []
  config: {override_dirname: {kv_sep: '=', item_sep: ',', exclude_keys: []}}
runtime: {version: '???', version_base: '???', cwd: '???', config_sources: '???', output_dir: '???', choices: {}}
verbose: false
)";

// Sections whose keys are free: what launchers, logging and callbacks take.
bool is_open(const std::string& path) {
  for (const char* open : {"hydra.launcher", "hydra.sweeper", "hydra.help", "hydra.hydra_help",
                           "hydra.hydra_logging", "hydra.job_logging", "hydra.env",
                           "hydra.callbacks", "hydra.job.env_set", "hydra.runtime.choices"})
    if (path == open) return true;
  return false;
}

void check_keys(const Node& given, const Node& known, const std::string& path) {
  if (is_open(path) || !given.is_map() || !known.is_map()) return;
  std::vector<std::string> names;
  for (const auto& [key, value] : *known.get_if<Node::Map>()) names.push_back(key);
  for (const auto& [key, value] : *given.get_if<Node::Map>()) {
    const Node* inner = known.find(key);
    if (inner == nullptr)
      throw ConfigError(ConfigFault::key_not_in_config,
                        fmt::format("{}: '{}' has no key '{}'{}", value.origin.text(), path, key,
                                    did_you_mean(key, names)));
    check_keys(value, *inner, path + '.' + key);
  }
}

}  // namespace

const Node& hydra_defaults() {
  static const Node defaults = parse_yaml(kDefaults, "default");
  return defaults;
}

void check_hydra_keys(const Node& content) {
  if (const Node* given = content.find("hydra")) check_keys(*given, hydra_defaults(), "hydra");
}

void check_hydra_types(const Node& hydra) {
  const Node* num = hydra.at_path("job.num");
  if (num == nullptr || num->is_null() || num->get_if<std::int64_t>() != nullptr) return;
  const auto* text = num->get_if<std::string>();
  if (text != nullptr && (*text == "???" || text->find("${") != std::string::npos)) return;
  throw ConfigError(ConfigFault::override_merge_error,
                    num->origin.text() + ": hydra.job.num is a whole number, not " + num->text());
}

bool is_for_hydra(const Override& given) {
  return given.key.starts_with("hydra.") || given.key.starts_with("hydra/");
}

ConfigError sweep_over_hydra(const Override& given) {
  return {ConfigFault::sweep_over_hydra,
          given.origin().text() + ": keys of 'hydra' cannot be swept"};
}

Node with_hydra(const Composition& composition) {
  Node full(Node::Map{});
  full.set("hydra", composition.hydra);
  if (const auto* map = composition.unresolved.get_if<Node::Map>())
    for (const auto& [key, value] : *map) full.set(key, value);
  return full;
}

Node resolved_value(const Composition& composition, const KeyPath& path) {
  const Node full = with_hydra(composition);
  ResolveContext context;
  context.now = composition.now;
  context.full = &full;
  return resolve_at(full, path, context);
}

std::string override_dirname(const std::vector<Override>& overrides, const Node& hydra) {
  const Node* config = hydra.at_path("job.config.override_dirname");
  const auto separator = [&](const char* key, const std::string& usual) {
    const Node* node = config == nullptr ? nullptr : config->find(key);
    const auto* text = node == nullptr ? nullptr : node->get_if<std::string>();
    return text == nullptr ? usual : *text;
  };
  std::vector<std::string> excluded;
  const Node* exclude = config == nullptr ? nullptr : config->find("exclude_keys");
  if (exclude != nullptr && exclude->is_list())
    for (const Node& key : *exclude->get_if<Node::List>())
      if (const auto* text = key.get_if<std::string>()) excluded.push_back(*text);
  std::vector<std::string> items;
  for (const Override& given : overrides)
    if (std::find(excluded.begin(), excluded.end(), given.key) == excluded.end())
      items.push_back(given.text);
  std::sort(items.begin(), items.end());
  const std::string between = separator("kv_sep", "=");
  std::string out;
  for (const char c : join(items, separator("item_sep", ","))) {
    if (c == '=')
      out += between;
    else
      out += c;
  }
  return out;
}

}  // namespace myoseg
