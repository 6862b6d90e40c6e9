// The `hydra` section that every composition starts from.
#pragma once

#include <string>
#include <vector>

#include "core/config/compose/compose.h"
#include "core/config/interpolate/interpolate.h"
#include "core/config/override/override.h"
#include "core/config/tree/node.h"

namespace myoseg {

// Hydra's own defaults for the keys that mean something here, and the keys it knows that do not.
[[nodiscard]] const Node& hydra_defaults();

// Throws ConfigError(key_not_in_config) naming the first key of `content`'s hydra section that
// Hydra does not know.
void check_hydra_keys(const Node& content);

// Throws ConfigError(override_merge_error) when a typed key of the section was given another kind
// of value.
void check_hydra_types(const Node& hydra);

// Whether an override is for the `hydra` section, not for the application's configuration.
[[nodiscard]] bool is_for_hydra(const Override& given);
[[nodiscard]] ConfigError sweep_over_hydra(const Override& given);

// The unresolved configuration with its `hydra` section first, which references may need.
[[nodiscard]] Node with_hydra(const Composition& composition);
// What stands at a path of that tree, resolved. Throws ConfigError of an interpolation kind.
[[nodiscard]] Node resolved_value(const Composition& composition, const KeyPath& path);

// The task's overrides sorted and joined, by `hydra.job.config.override_dirname`.
[[nodiscard]] std::string override_dirname(const std::vector<Override>& overrides,
                                           const Node& hydra);

}  // namespace myoseg
