// Values drawn from the intervals of a sweep.
#pragma once

#include <string>
#include <vector>

#include "core/config/override/override.h"
#include "core/config/sweep/sweep.h"
#include "core/config/tree/node.h"

namespace myoseg {

// `rules.samples` values for each of `given`, whose sweeps are intervals: the i-th values of all
// make one point. Both ends belong to an interval of whole numbers; other values are rounded to six
// significant digits. A value depends on the seed, its index and its key (and for Sobol's sequence
// on the place of the key among the intervals), so that more samples add to those there were.
// Throws ConfigError(sweep_type_unsupported) without samples, Error(bad_usage) for an interval
// whose ends are not finite, not in order or, on a logarithmic scale, not above zero.
[[nodiscard]] std::vector<std::vector<Node>> sample_intervals(const std::vector<Override>& given,
                                                              const SweepRules& rules);

}  // namespace myoseg
