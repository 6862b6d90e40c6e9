#include "experiments/cli/manual.h"

#include "eval/measure/metrics.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/flags.h"
#include "experiments/experiment.h"
#include "experiments/run/version.h"

namespace myoseg {
namespace {

template <class EntryType>
KindHelp kind(const char* name, const char* section) {
  KindHelp kind{name, section, {}};
  for (const EntryType* entry : table(static_cast<const EntryType*>(nullptr))) {
    const std::shared_ptr<void> options = entry->new_options();
    kind.entries.push_back({std::string(entry->name), std::string(entry->meaning),
                            detail::help_with(entry->walk, options.get())});
  }
  return kind;
}

KindHelp metric_kind() {
  KindHelp kind{"metrics", "", {}};
  for (const Metric& metric : metrics())
    kind.entries.push_back(
        {std::string(metric.name), fmt::format("{}: {}.", metric.title, metric.formula), {}});
  return kind;
}

}  // namespace

Manual program_manual() {
  Manual manual;
  manual.version = program_version();
  for (const Flag& flag : flags())
    manual.flags.push_back({std::string(flag.brief), std::string(flag.full),
                            std::string(flag.value), flag.optional_value,
                            std::string(flag.meaning)});
  for (const Command& command : commands())
    manual.commands.push_back(
        {std::string(command.name), std::string(command.summary), std::string(command.usage),
         command.composes, command.computes,
         command.options == nullptr ? std::vector<FieldHelp>{} : command.options()});
  const Experiment defaults;
  manual.sections = help_fields(defaults);
  manual.kinds = {
      kind<NetworkEntry>("models", "model"),           kind<LossEntry>("losses", "loss"),
      kind<OptimizerEntry>("optimizers", "optimizer"), kind<ScheduleEntry>("schedules", "schedule"),
      kind<CohortEntry>("cohorts", "cohort"),          kind<LauncherEntry>("launchers", "launcher"),
      kind<AnalysisEntry>("analyses", "analyses"),     metric_kind(),
  };
  return manual;
}

}  // namespace myoseg
