#include "experiments/evaluate/command.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/threads.h"
#include "experiments/run/result_files.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

const std::vector<std::string> kIccNames{"icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"};

statistics::IccForm icc_form(const std::string& name) {
  const auto at = std::find(kIccNames.begin(), kIccNames.end(), name) - kIccNames.begin();
  return statistics::kIccForms[static_cast<std::size_t>(at)];
}

// Nothing that is read lies where results are written.
void keep_tables(const ForeignMasks& masks, const MaskCommand& o) {
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

}  // namespace

void describe_common(Fields& f, MaskCommand& o) {
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

void prepare_process(const MaskCommand& options) {
  set_thread_count(options.threads);
  use_threads();
  keep_memory();  // one map after another of the same size
}

MaskResults evaluate(ForeignMasks& masks, const MaskCommand& o, MaskOptions options,
                     Failures& failures) {
  keep_tables(masks, o);
  options.scores = o.scores;
  MaskResults results = evaluate_masks(masks, options, failures);
  write_scores(o.out / "scores.csv", results.scores);
  write_file(o.out / "quantities.csv", to_csv(results.quantities));
  return results;
}

AgreementReport agreement_of(const ForeignMasks& masks, const MaskResults& results,
                             const std::string& icc) {
  AgreementReport report;
  for (const Reader& reader : masks.readers) report.readers.push_back(reader.name);
  report.form = icc_form(icc);
  for (const Ratings& ratings : results.ratings) report.agreements.push_back(agree(ratings));
  return report;
}

std::vector<std::string> shown_metrics(const std::vector<std::string>& computed) {
  std::vector<std::string> shown;
  for (const char* name : {"dice", "jaccard", "hd95", "assd"})
    if (std::find(computed.begin(), computed.end(), name) != computed.end()) shown.push_back(name);
  return shown.empty() ? std::vector<std::string>(computed.begin(), computed.begin() + 1) : shown;
}

std::string folder_name(const fs::path& folder) {
  const std::string name = (folder / ".").lexically_normal().parent_path().filename().string();
  return name.empty() ? folder.string() : name;
}

}  // namespace myoseg
