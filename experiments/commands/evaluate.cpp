// Commands on masks that lie in folders: evaluate (against the truth), agreement (of equals).
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/config/override/override.h"
#include "core/error.h"
#include "core/files.h"
#include "core/names.h"
#include "core/text.h"
#include "core/threads.h"
#include "eval/agreement/page.h"
#include "eval/report/main_table.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/evaluate/foreign_masks.h"
#include "experiments/run/result_files.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

const std::vector<std::string> kIccNames{"icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"};

// The metrics that tables and page show, as far as they were computed; all are in scores.csv.
std::vector<std::string> shown_metrics(const std::vector<std::string>& computed) {
  std::vector<std::string> shown;
  for (const char* name : {"dice", "jaccard", "hd95", "assd"})
    if (std::find(computed.begin(), computed.end(), name) != computed.end()) shown.push_back(name);
  return shown.empty() ? std::vector<std::string>(computed.begin(), computed.begin() + 1) : shown;
}

// What both commands take.
struct CommonOptions {
  fs::path images, cases, dataset, out;
  ScoreOptions scores;
  std::string icc = "icc2";
  int threads = 0;
};
void describe_common(Fields& f, CommonOptions& o) {
  f("images", o.images, "Folder of the scans: areas, HU and the pictures of the report.");
  f("cases", o.cases,
    "Table with a column `case` that names the cases to evaluate; height_m (or height_cm) and "
    "l3_slice in it give the skeletal muscle index.");
  f("dataset", o.dataset,
    "dataset.json with the labels' names, or a file of the labels alone; empty: a dataset.json "
    "beside or in the folders, else numbers name them.");
  f("out", o.out, "Folder of scores.csv, quantities.csv and report.html.");
  describe(f, o.scores);
  f("icc", o.icc, one_of(kIccNames),
    "Form of the ICC that the report shows: ICC(1,1), ICC(2,1), ICC(3,1) and of the mean of all "
    "readers; all six are in tables/icc.csv.");
  f("threads", o.threads, at_least(0), "0: the cores this process may use.");
  f.require(!o.scores.metrics.empty(), "metrics must name at least one metric");
}

struct EvaluateCommand : CommonOptions {
  EvaluateCommand() { out = "evaluation"; }
  fs::path predictions, labels;
  std::string resample_to = "none";
};
void describe(Fields& f, EvaluateCommand& o) {
  f("predictions", o.predictions, kAny.must_be_given(),
    "Folder of label maps to score, or of one folder a case with a mask of each structure.");
  f("labels", o.labels, kAny.must_be_given(), "Folder of the true ones, matched by name.");
  f("resample_to", o.resample_to, one_of({"none", "labels"}),
    "labels: a prediction on another grid is brought onto its label's, by nearest voxel.");
  describe_common(f, o);
}

struct AgreementCommand : CommonOptions {
  AgreementCommand() { out = "agreement"; }
  std::vector<fs::path> masks;
  std::vector<std::string> readers;
  std::string resample_to = "none";
};
void describe(Fields& f, AgreementCommand& o) {
  f("masks", o.masks, kAny.must_be_given(),
    "Folders of the readers' label maps, two or more: [FOLDER,FOLDER]; each holds label maps, or "
    "one folder a case with a mask of each structure.");
  f("readers", o.readers, "What the readers are called; empty: as their folders.");
  f("resample_to", o.resample_to, one_of({"none", "last"}),
    "last: masks on other grids are brought onto the last reader's, by nearest voxel.");
  describe_common(f, o);
  f.require(o.masks.empty() || o.masks.size() >= 2, "masks must name at least two folders");
  f.require(o.readers.empty() || o.readers.size() == o.masks.size(),
            "readers must name as many readers as masks has folders");
}

statistics::IccForm icc_form(const std::string& name) {
  const auto at = std::find(kIccNames.begin(), kIccNames.end(), name) - kIccNames.begin();
  return statistics::kIccForms[static_cast<std::size_t>(at)];
}

AgreementReport agreement_of(const ForeignMasks& masks, const MaskResults& results,
                             const std::string& icc) {
  AgreementReport report;
  for (const Reader& reader : masks.readers) report.readers.push_back(reader.name);
  report.form = icc_form(icc);
  for (const Ratings& ratings : results.ratings) report.agreements.push_back(agree(ratings));
  return report;
}

// Nothing that is read lies where results are written.
void keep_tables(const ForeignMasks& masks, const CommonOptions& o) {
  std::error_code error;
  for (const Reader& reader : masks.readers)
    if (fs::equivalent(reader.folder, o.out, error))
      throw usage_error("out={}: is the folder of {}, which is read; write elsewhere",
                        o.out.string(), reader.option);
  std::vector<fs::path> inputs;
  for (const fs::path& file : {o.cases, o.dataset})
    if (!file.empty()) inputs.push_back(file);
  keep_inputs(inputs, result_files(o.out));
}

// Reads, measures and writes what both commands write.
MaskResults evaluate(ForeignMasks& masks, const CommonOptions& o, MaskOptions options,
                     Failures& failures) {
  keep_tables(masks, o);
  options.scores = o.scores;
  MaskResults results = evaluate_masks(masks, options, failures);
  write_scores(o.out / "scores.csv", results.scores);
  write_file(o.out / "quantities.csv", to_csv(results.quantities));
  return results;
}

void prepare_process(const CommonOptions& options) {
  set_thread_count(options.threads);
  use_threads();
  keep_memory();  // one map after another of the same size
}

// "runs/masks/" -> "masks"; a path that has no last name as it is.
std::string folder_name(const fs::path& folder) {
  const std::string name = (folder / ".").lexically_normal().parent_path().filename().string();
  return name.empty() ? folder.string() : name;
}

// The folder's name; the whole path where two are called alike.
std::vector<Reader> named_readers(const AgreementCommand& o) {
  std::vector<Reader> readers;
  std::set<std::string> names;
  for (const fs::path& folder : o.masks) {
    readers.push_back({folder_name(folder), "masks", folder});
    names.insert(readers.back().name);
  }
  const bool alike = names.size() < readers.size();
  for (std::size_t r = 0; r < readers.size(); ++r) {
    if (!o.readers.empty())
      readers[r].name = o.readers[r];
    else if (alike)
      readers[r].name = o.masks[r].string();
  }
  return readers;
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(quoted_text(word));
  return join(quoted, ",");
}

}  // namespace

std::vector<FieldHelp> evaluate_options() { return help_fields(EvaluateCommand{}); }
std::vector<FieldHelp> agreement_options() { return help_fields(AgreementCommand{}); }

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
  how.resample = options.resample_to == "labels";
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
                                  item.parts.front().files.front()};
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

int agreement_command(const Request& typed) {
  Request request = typed;
  // The readers' folders may be named without their key.
  std::vector<std::string> folders;
  std::erase_if(request.overrides, [&](const std::string& word) {
    const bool folder = word.find('=') == std::string::npos && fs::is_directory(word);
    if (folder) folders.push_back(word);
    return folder;
  });
  if (!folders.empty()) request.overrides.push_back("masks=[" + quoted_list(folders) + "]");
  const auto options = only_options<AgreementCommand>(request.overrides);
  prepare_process(options);
  ForeignMasks masks =
      find_masks({named_readers(options), options.images, options.dataset, options.cases});
  MaskOptions how;
  how.resample = options.resample_to == "last";
  how.resample_option = "resample_to=last";
  Failures failures;
  const std::size_t found = masks.cases.size();
  MaskResults results = evaluate(masks, options, how, failures);

  AgreementPage page;
  page.folder = options.out;
  page.agreement = agreement_of(masks, results, options.icc);
  page.data_note = fmt::format("{} readers, {} cases, {} regions", masks.readers.size(),
                               masks.cases.size(), masks.regions.size());
  page.scores = std::move(results.scores);
  page.shown = shown_metrics(options.scores.metrics);
  page.provenance = {{"command", request.command_line}};
  for (const Reader& reader : masks.readers)
    page.provenance.emplace_back(reader.name, reader.folder.string());
  write_agreement_page(page);
  fmt::print("{}\n\n{} of {} cases compared. Report: {}\n", to_markdown(overlap_table(page)),
             masks.cases.size(), found, (options.out / "report.html").string());
  failures.throw_if_any(found, "cases");
  return 0;
}

}  // namespace myoseg
