// The cases of a regression: what is explained, what explains it, and who predicts whom.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/fields/fields.h"
#include "eval/analysis/analysis.h"
#include "eval/analysis/regression_terms.h"

namespace myoseg {

struct ReferenceLevel {
  std::string column, level;
};
void describe(Fields& f, ReferenceLevel& o);

struct RegressionOptions {
  std::string response;
  std::vector<std::string> terms, categorical;
  std::vector<ReferenceLevel> reference;
  double confidence = 0.95;
  std::optional<double> paper_icc, paper_r2;
  std::vector<std::string> notes;
};
void describe(Fields& f, RegressionOptions& o);

struct RegressionCase {
  std::string id;
  // Cases of one number are held out together and predicted by the fit of all others; nothing: a
  // case that is only fitted on.
  std::optional<int> held_out;
  std::optional<double> response;
  // By column. `manual`: what is fitted on, of a measured column the label's value where the table
  // has it as COLUMN_label; `network`: the same with the prediction's.
  Cells manual, network;
};

enum class HeldOut { one_by_one, folds, test_set };

struct RegressionData {
  std::string source;    // for messages
  std::string response;  // as the table spells it
  std::vector<Term> terms;
  std::set<std::string> categorical;
  bool of_labels = false;  // a term's column, or the response, has a twin COLUMN_label
  bool two_masks = false;  // a term's column has: cases are predicted twice
  HeldOut held_out = HeldOut::one_by_one;
  std::vector<RegressionCase> cases;
};
// Error(bad_data) naming the table and a column that it lacks, a cell that is no number in a column
// of numbers, a term that cannot be read, a transform of a categorical column, and a reference for
// a column that is not categorical.
[[nodiscard]] RegressionData regression_data(const RegressionOptions& options,
                                             const AnalysisCases& of);

}  // namespace myoseg
