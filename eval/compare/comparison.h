// Several runs that were scored on the same cases: paired tests of every two of them, a ranking and
// how stable it is, and what each cost.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/fields/fields.h"
#include "eval/measure/metrics.h"
#include "eval/measure/scores.h"
#include "eval/measure/volume_correlation.h"
#include "eval/statistics/estimate.h"
#include "eval/statistics/multiplicity.h"

namespace myoseg {

struct ComparedRun {
  std::string label;          // short, for tables and figures; no two runs share one
  std::string name;           // of its folder
  std::string about;          // what sets it apart: "optimizer.lr=0.005"; may be empty
  std::vector<Score> scores;  // as in its scores.csv
  double seconds = std::numeric_limits<double>::quiet_NaN();          // of all jobs together
  double peak_memory_mib = std::numeric_limits<double>::quiet_NaN();  // of the largest job
  std::int64_t parameters = 0;                                        // of the network; 0: unknown
};

// same: all runs must have the same cases; common: those are compared that all have.
enum class ComparedCases { same, common };
constexpr std::array<std::string_view, 2> choice_names(ComparedCases) { return {"same", "common"}; }

struct ComparisonOptions {
  std::string metric = "dice";
  std::vector<std::string> regions;  // in order; empty: all
  Stage stage = Stage::final;
  // Of the p-values over all pairs and regions.
  statistics::Adjustment correction = statistics::Adjustment::holm;
  ComparedCases cases = ComparedCases::same;
  int resamples = 9999;
  int seed = 1;
};
void describe(Fields& f, ComparisonOptions& o);

struct ComparisonInput {
  std::filesystem::path folder;                 // report.html, tables/ and figures/ go here
  std::vector<ComparedRun> runs;                // two or more
  std::map<std::string, std::string> patients;  // of cases; a case without one is its own patient
  std::vector<std::string> regions;  // in order, where the options name none; empty: unions first
  std::set<std::string> unions;      // regions made of others, beside which they do not rank
  std::vector<std::pair<std::string, std::string>> provenance;  // name, value
};

// One run in one region.
struct RegionScores {
  std::int64_t n = 0;          // cases with a value
  std::int64_t missed = 0;     // the truth has the region and the prediction nothing of it
  std::int64_t penalised = 0;  // values that are Metric::penalty()
  statistics::Estimate mean, sd;
};

// Two runs in one region; every difference is first minus second.
struct PairedDifference {
  std::size_t region = 0, first = 0, second = 0;  // places in RunComparison::regions and the runs
  std::int64_t n = 0;                             // cases in which both have a value
  std::int64_t patients = 0;                      // of these cases
  std::int64_t one_sided = 0;                     // cases in which only one of them has a value
  statistics::Estimate difference;                // mean over cases
  statistics::Interval ci;                        // 95 %, BCa, patients drawn again
  // Over patients, each with the mean of its cases.
  statistics::Estimate p_t, p_wilcoxon;
  statistics::Estimate p_t_corrected, p_wilcoxon_corrected;  // over all pairs and regions
  statistics::Estimate cohen_d;                              // d_av
};

// One run among all.
struct RunRank {
  int rank = 0;               // from 1; runs with the same mean share it; 0 without a mean
  statistics::Estimate mean;  // over the regions that rank, of the means over cases
  statistics::Interval ci;    // 95 %, BCa, patients drawn again
  // Share of the resamples in which the run holds place 1, 2 ...; runs that tie share their places
  // equally. Empty where there are no resamples.
  std::vector<double> share;
};

struct RunComparison {
  Metric metric;
  Stage stage = Stage::final;
  std::vector<std::string> regions;
  std::vector<std::string> cases;     // compared
  std::vector<std::string> left_out;  // cases that some runs lack, with cases=common
  std::int64_t patients = 0;
  std::vector<std::vector<RegionScores>> scores;        // [run][region]
  std::vector<std::vector<VolumeCorrelation>> volumes;  // [run][region], of the compared cases
  std::vector<PairedDifference> pairs;                  // by region, then first and second run
  std::vector<std::string> ranking_regions;  // those asked for by name, else no union where another
                                             // region has a case
  std::vector<RunRank> ranks;                // of each run
  std::vector<std::size_t> best_first;       // places of the runs
};

// Values are compared as they are, except that of a metric whose best is near zero the absolute
// ones are. Throws Error(bad_usage) for fewer than two runs, two with one label or an unknown
// metric or stage, and Error(bad_data) when a run lacks the stage, the metric or a region, when the
// runs' cases differ (unless ComparedCases::common) or when a case is not the same case for all.
[[nodiscard]] RunComparison compare_runs(const ComparisonInput& input,
                                         const ComparisonOptions& options);

}  // namespace myoseg
