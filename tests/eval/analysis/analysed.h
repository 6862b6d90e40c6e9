// An analysis as an experiment declares it, made of a table.
#pragma once

#include <string>
#include <vector>

#include "core/config/tree/yaml.h"
#include "eval/analysis/analysis.h"

namespace myoseg {

struct Declared {
  std::vector<Pick<AnalysisEntry>> analyses;
};
inline void describe(Fields& f, Declared& o) { f("analyses", o.analyses, "Analyses."); }

// `yaml`: {NAME: {OPTIONS}}. Throws as binding and the analysis do.
// `training`: of a run, see AnalysisCases.
inline AnalysisResult analysed(const std::string& yaml, const Table& table,
                               const Table* training = nullptr) {
  const auto declared = bind<Declared>(parse_yaml("analyses: [" + yaml + "]", "test"));
  return declared.analyses.front().make(AnalysisCases{table, training});
}

}  // namespace myoseg
