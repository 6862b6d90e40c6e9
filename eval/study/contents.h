// What a model study says, computed once; its sections only show it.
#pragma once

#include <vector>

#include "eval/compare/comparison.h"
#include "eval/study/model_study.h"

namespace myoseg {

// One split's scores as runs, and every two of them compared.
struct ComparedSplit {
  ComparisonInput input;
  RunComparison comparison;
};

struct StudyContents {
  ModelStudy study;
  ComparisonOptions options;            // of the comparisons
  std::vector<ComparedSplit> compared;  // by split; none for a single model
  // How a model's quantities agree with the label's in the study's regions: [model][split].
  std::vector<std::vector<AgreementReport>> ratings;
  // Mean and SD of each metric and the volume correlation with its interval, beside each what a
  // paper printed where it did, one row a model, split
  // and region.
  Table scores;
  // Of each quantity with the label: n, ICC(2,1) with interval and p, bias and limits of agreement,
  // one row a model, split, quantity and region.
  Table agreement;
  // What the first metric loses from the first split to each other one: Welch's interval of the
  // difference of the means and Mann and Whitney's p, one row a model, split and region.
  Table drop;
  // Paired tests of the first metric between every two models, corrected by Holm within a split;
  // one row a split, region and pair. No row for a single model.
  Table tests;
};
// Throws as compare_runs() does.
[[nodiscard]] StudyContents study_contents(ModelStudy study);

}  // namespace myoseg
