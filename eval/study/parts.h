// What the tables and the page of a model study share.
#pragma once

#include "eval/compare/comparison.h"
#include "eval/study/model_study.h"

namespace myoseg {

// How a model's quantities agree with the label's in the study's regions.
[[nodiscard]] AgreementReport study_ratings(const ModelStudy& study, const StudyModel& model,
                                            const StudySplit& split);
// One split's scores as runs to compare; for two models or more.
[[nodiscard]] ComparisonInput study_comparison(const ModelStudy& study, std::size_t split);
[[nodiscard]] ComparisonOptions study_comparison_options(const ModelStudy& study);

}  // namespace myoseg
