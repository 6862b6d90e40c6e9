// inspect: what a data set holds and what speaks against it.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "core/error.h"
#include "core/text.h"
#include "data/inspect/inspect.h"
#include "eval/inspect/page.h"
#include "experiments/cli/options.h"
#include "experiments/commands/composed.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct InspectOptions {
  fs::path out;
  int pictures = 100;
};
void describe(Fields& f, InspectOptions& o) {
  f("out", o.out, "Folder of a page that shows each case with its label, the worst first.");
  f("pictures", o.pictures, at_least(1), "Cases that the page shows.");
}

// Of the folds that the data set comes with; those that are dealt depend on the experiment.
std::vector<Finding> findings_of_splits(const Dataset& dataset, const Experiment& experiment,
                                        const Inspection& inspection) {
  const ValidationOptions& validation = experiment.validation;
  if (validation.scheme != ValidationScheme::folds || !validation.use_splits_file ||
      !fs::exists(dataset.root / kSplitsFile))
    return {};
  try {
    return inspect_folds(make_folds(dataset, validation, 0), dataset, labels_of(inspection));
  } catch (const Error& error) {
    return {{true, kSplitsFile, error.what()}};
  }
}

}  // namespace

std::vector<FieldHelp> inspect_options() { return help_fields(InspectOptions{}); }

int inspect_command(const Request& typed) {
  Request request = typed;
  const auto options = take_options<InspectOptions>(request.overrides);
  const std::optional<Experiment> experiment = experiment_of(request);
  if (!experiment) return 0;
  if (experiment->data.root.empty())
    throw usage_error("inspect needs a data set: data.root=FOLDER");
  std::vector<Finding> findings;
  const Dataset dataset = load_dataset(experiment->data, findings);
  Inspection inspection = inspect(dataset);
  const std::vector<Finding> of_splits = findings_of_splits(dataset, *experiment, inspection);
  findings.insert(findings.end(), inspection.findings.begin(), inspection.findings.end());
  findings.insert(findings.end(), of_splits.begin(), of_splits.end());
  inspection.findings = findings;
  std::fputs(printable(report_text(inspection, dataset)).c_str(), stdout);
  if (!options.out.empty()) {
    const std::size_t drawn =
        write_inspection_page({dataset, findings, options.out, options.pictures});
    fmt::print("{} cases are shown in {}\n", drawn, (options.out / "inspect.html").string());
  }
  const bool fatal = std::any_of(findings.begin(), findings.end(),
                                 [](const Finding& finding) { return finding.fatal; });
  return static_cast<int>(fatal ? ExitCode::bad_data : ExitCode::done);
}

}  // namespace myoseg
