// evaluate: masks that lie in folders against the truth.
#include <fmt/core.h>

#include <utility>

#include "core/text.h"
#include "eval/agreement/page.h"
#include "eval/report/main_table.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/evaluate/command.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

enum class ResampleTo { none, labels };
constexpr std::array<std::string_view, 2> choice_names(ResampleTo) { return {"none", "labels"}; }

struct EvaluateCommand : MaskCommand {
  EvaluateCommand() { out = "evaluation"; }
  fs::path predictions, labels;
  ResampleTo resample_to = ResampleTo::none;
};
void describe(Fields& f, EvaluateCommand& o) {
  f("predictions", o.predictions, kAny.must_be_given(),
    "Folder of label maps to score, or of one folder a case with a mask of each structure.");
  f("labels", o.labels, kAny.must_be_given(), "Folder of the true ones, matched by name.");
  f("resample_to", o.resample_to,
    "labels: a prediction on another grid is brought onto its label's, by nearest voxel.");
  describe_common(f, o);
}

}  // namespace

std::vector<FieldHelp> evaluate_options() { return help_fields(EvaluateCommand{}); }

int evaluate_command(const Request& typed) {
  Request request = typed;
  // The labels' names may be given without their key.
  for (std::string& word : request.overrides)
    if (word.find('=') == std::string::npos && word.ends_with(".json")) word = "dataset=" + word;
  const auto options = only_options<EvaluateCommand>(request.overrides);
  prepare_process(options);
  ForeignMasks masks = find_masks(
      {{{"prediction", "predictions", options.predictions}, {"label", "labels", options.labels}},
       options.images,
       options.dataset,
       options.cases});
  MaskOptions how;
  how.resample = options.resample_to == ResampleTo::labels;
  Failures failures;
  const std::size_t found = masks.cases.size();
  MaskResults results = evaluate(masks, options, how, failures);

  ReportInput input;
  input.folder = options.out;
  // The tables' heads take what stands before the first comma.
  input.data_note = fmt::format("{}, scored against {}, {} cases", folder_name(options.predictions),
                                folder_name(options.labels), masks.cases.size());
  input.scores = std::move(results.scores);
  input.regions = masks.regions;
  input.labels = masks.labels;
  // Pictures need whole label maps on the scan's grid.
  if (!how.resample)
    for (const ForeignMasks::Item& item : masks.cases)
      if (!item.image.empty() && !item.parts.front().one_structure)
        input.files[item.name] = {item.image, item.parts.front().files.back(),
                                  item.parts.front().files.front(),
                                  without_ignored({}, masks.labels)};
  input.provenance = {{"command", request.command_line},
                      {"predictions", options.predictions.string()},
                      {"labels", options.labels.string()}};
  input.sections = agreement_sections(agreement_of(masks, results, options.icc), options.out);
  ReportOptions report;
  report.title = "Evaluation of masks";
  report.metrics = shown_metrics(options.scores.metrics);
  report.headline = report.metrics.front();
  const ReportContents contents = report_contents(std::move(input), std::move(report));
  write_report(contents);
  fmt::print("{}\n", to_markdown(main_table(contents)));
  for (const std::string& note : table_notes(contents)) fmt::print("{}\n\n", printable(note));
  fmt::print("{} of {} cases scored. Report: {}\n", masks.cases.size(), found,
             (options.out / "report.html").string());
  failures.throw_if_any(found, "cases");
  return 0;
}

}  // namespace myoseg
