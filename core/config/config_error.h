// What can be wrong with a configuration, as kinds that a program (or a test) can tell apart.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"

namespace myoseg {

enum class ConfigFault {
  override_syntax,
  override_function,
  nested_sweep,
  bad_range,
  sweep_without_multirun,
  sweep_over_hydra,
  sweep_type_unsupported,
  yaml_syntax,
  yaml_duplicate_key,
  unsupported_key_type,
  unsupported_value_type,
  config_dir_not_found,
  primary_not_found,
  primary_not_a_dict,
  config_not_found,
  option_not_found,
  must_specify_option,
  bad_header,
  defaults_not_a_list,
  defaults_bad_item,
  defaults_interpolation_unresolved,
  defaults_interpolation_in_list,
  defaults_interpolation_legacy,
  duplicate_self,
  duplicate_in_defaults,
  multiple_values_in_defaults,
  override_not_last,
  override_in_interpolated,
  defaults_cycle,
  group_not_in_defaults,
  delete_group_not_in_defaults,
  group_value_type,
  searchpath_not_primary,
  merge_type_mismatch,
  key_not_in_config,
  add_key_exists,
  delete_key_not_found,
  delete_value_mismatch,
  delete_from_list,
  override_merge_error,
  interpolation_syntax,
  interpolation_key_not_found,
  interpolation_to_missing,
  interpolation_into_non_container,
  interpolation_to_parent,
  interpolation_cycle,
  interpolation_unknown_resolver,
  interpolation_list_index,
  env_not_found,
};

// "KEY_NOT_IN_CONFIG", ...
[[nodiscard]] std::string_view fault_name(ConfigFault fault);

class ConfigError : public Error {
 public:
  ConfigError(ConfigFault fault, const std::string& sentence, std::string key = {})
      : Error(ExitCode::bad_usage, sentence), fault_(fault), key_(std::move(key)) {}
  [[nodiscard]] ConfigFault fault() const { return fault_; }
  [[nodiscard]] const std::string& key() const {
    return key_;
  }  // the key whose value failed, if known

 private:
  ConfigFault fault_;
  std::string key_;
};

}  // namespace myoseg
