// A sweep as a list of jobs: the Cartesian product of what the overrides sweep over, with keys that
// advance in step, sampled intervals and combinations left out.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/compose/compose.h"
#include "core/config/tree/node.h"

namespace myoseg {

enum class Sampler { random, sobol };
constexpr std::array<std::string_view, 2> choice_names(Sampler) { return {"random", "sobol"}; }

// What Hydra's grammar cannot say.
struct SweepRules {
  int samples = 0;  // points drawn from the intervals; 0: intervals are refused
  Sampler sampler = Sampler::random;
  std::uint64_t seed = 0;  // of the samples and of shuffle()
  // Combinations left out: each a mapping of an override's key to a value or a list of values (to
  // mean a list, put it in a list). A job is dropped when every key of one entry has (one of) its
  // value(s) in it; values are compared as typed, 1 equals 1.0 but not '1'.
  std::vector<Node> skip;
};

struct SweepPlan {
  std::vector<std::vector<std::string>> jobs;  // each job's overrides, in the order of launching
  std::vector<std::string> keys;               // what is swept, as typed: "lr", "+model"
  std::vector<std::vector<Node>> points;       // for each job the value of each of `keys`
  std::vector<std::string> hydra_overrides;    // `hydra.*`, the same in every job
  std::string no_jobs;                         // why there are none, in a sentence; else empty
  Composition master;  // without the swept values and unresolved; its clock is the jobs' too
};

// Expands the task's overrides of `master` and `hydra.sweeper.params` of its configuration, which
// come first and give way to an override of the same key. The last key varies fastest; a key given
// twice keeps its first place and its last value. zip() sweeps of one set vary together where the
// first of them stands; intervals vary together where the first of them stands. Throws ConfigError
// when an override or the composition without the swept values is faulty (sweep_over_hydra,
// sweep_type_unsupported for an interval without samples, ...) and Error(bad_usage) for zips of
// different lengths, impossible intervals and skip entries whose key no job sets. No jobs is no
// error here: see require_jobs().
[[nodiscard]] SweepPlan expand_sweep(const ComposeRequest& master, const SweepRules& rules = {});

// Error(bad_usage) with `no_jobs` when the plan has none.
void require_jobs(const SweepPlan& plan);

// The request that composes one job: its overrides, its number, the clock of the whole sweep. Its
// folder is output_directory() of that composition, the sweep's sweep_directory(plan.master).
[[nodiscard]] ComposeRequest job_request(const ComposeRequest& master, const SweepPlan& plan,
                                         std::size_t job);

// True when the configuration itself asks for a sweep (`hydra.mode: MULTIRUN`). Errors of the
// composition are left for it to report.
[[nodiscard]] bool asks_for_sweep(const ComposeRequest& request);

}  // namespace myoseg
