// doctor: what this machine has, and what to do about what is missing.
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/doctor/checks.h"
#include "experiments/ledger/run_folder.h"

namespace myoseg {
namespace {

struct DoctorOptions {
  std::filesystem::path runs, cache;
};
void describe(Fields& f, DoctorOptions& o) {
  f("runs", o.runs, "Folder of the runs; empty: $MYOSEG_RUNS or 'runs'.");
  f("cache", o.cache, "Folder of preprocessed cases; empty: $MYOSEG_CACHE or 'cache'.");
}

std::filesystem::path default_cache_folder() {
  const char* named = std::getenv("MYOSEG_CACHE");
  return named != nullptr ? named : "cache";
}

}  // namespace

std::vector<FieldHelp> doctor_options() { return help_fields(DoctorOptions{}); }

int doctor_command(const Request& request) {
  const auto options = only_options<DoctorOptions>(request.overrides);
  const auto checks =
      doctor::check_all(options.runs.empty() ? default_runs_folder() : options.runs,
                        options.cache.empty() ? default_cache_folder() : options.cache);
  fmt::print("{}", doctor::text_of(checks));
  return std::any_of(checks.begin(), checks.end(), [](const doctor::Check& check) {
    return check.state == doctor::State::missing;
  });
}

}  // namespace myoseg
