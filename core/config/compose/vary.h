// Overrides on top of a configuration that was composed before.
#pragma once

#include "core/config/compose/compose.h"

namespace myoseg {

// `base`, which holds no references, with the request's overrides on top: a group's choice replaces
// that whole section by what the option's file states, a value is set as composition does. Throws
// ConfigError as compose() does, and group_not_in_defaults for a group whose options change several
// sections (`# @package _global_`), since what they would replace cannot be told any more.
[[nodiscard]] Node vary(Node base, const ComposeRequest& request);

}  // namespace myoseg
