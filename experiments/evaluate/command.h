// What `evaluate` and `agreement` have in common.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "eval/agreement/agreement.h"
#include "eval/measure/scores.h"
#include "experiments/evaluate/foreign_masks.h"

namespace myoseg {

// Their options.
struct MaskCommand {
  std::filesystem::path images, cases, dataset, out;
  ScoreOptions scores;
  std::string icc = "icc2";
  int threads = 0;
};
void describe_common(Fields& f, MaskCommand& o);

// Threads and memory.
void prepare_process(const MaskCommand& options);
// Reads and measures, and writes scores.csv and quantities.csv. Error(bad_usage) when what is read
// lies where results are written.
[[nodiscard]] MaskResults evaluate(ForeignMasks& masks, const MaskCommand& o, MaskOptions options,
                                   Failures& failures);
[[nodiscard]] AgreementReport agreement_of(const ForeignMasks& masks, const MaskResults& results,
                                           const std::string& icc);
// The metrics that tables and page show, as far as they were computed; all are in scores.csv.
[[nodiscard]] std::vector<std::string> shown_metrics(const std::vector<std::string>& computed);
// "runs/masks/" -> "masks"; a path that has no last name as it is.
[[nodiscard]] std::string folder_name(const std::filesystem::path& folder);

}  // namespace myoseg
