// synthesize: a virtual cohort as a data set.
#include <fmt/core.h>

#include "experiments/cli/options.h"
#include "experiments/commands/composed.h"

namespace myoseg {
namespace {

struct SynthesizeOptions {
  std::filesystem::path out;
};
void describe(Fields& f, SynthesizeOptions& o) {
  f("out", o.out, kAny.must_be_given(), "Folder of the new data set.");
}

}  // namespace

std::vector<FieldHelp> synthesize_options() { return help_fields(SynthesizeOptions{}); }

int synthesize_command(const Request& typed) {
  Request request = typed;
  const auto options = take_options<SynthesizeOptions>(request.overrides);
  const std::optional<Experiment> experiment = experiment_of(request);
  if (!experiment) return 0;
  experiment->cohort.make(options.out, static_cast<std::uint64_t>(experiment->seed));
  fmt::print("virtual cohort {} in {}\n", experiment->cohort.name(), options.out.string());
  return 0;
}

}  // namespace myoseg
