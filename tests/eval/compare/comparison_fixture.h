// Small comparisons of runs for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/table/table.h"
#include "eval/compare/comparison.h"

namespace myoseg {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

inline void add(ComparedRun& run, const std::string& case_id, const std::string& region,
                double value, const std::string& metric = "dice", double truth = 8,
                double prediction = 8) {
  for (const auto& [name, number] : {std::pair{metric, value},
                                     {std::string(kTruthVolume), truth},
                                     {std::string(kPredictionVolume), prediction},
                                     {std::string(kDiagonal), 500.0}})
    run.scores.push_back({run.name, 0, case_id, region, Stage::final, name, number});
}

// Cases c1, c2 ... of one region.
inline ComparedRun run_of(const std::string& label, const std::vector<double>& values,
                          const std::string& region = "psoas") {
  ComparedRun run;
  run.label = run.name = label;
  for (std::size_t i = 0; i < values.size(); ++i)
    add(run, "c" + std::to_string(i + 1), region, values[i]);
  return run;
}

inline ComparisonInput input_of(std::vector<ComparedRun> runs) {
  ComparisonInput input;
  input.runs = std::move(runs);
  return input;
}

// Two regions: differences that are all distinct, and six that are equally large.
inline ComparisonInput two_regions() {
  ComparisonInput input = input_of({run_of("a", {0.90, 0.85, 0.80, 0.95, 0.70, 0.88}),
                                    run_of("b", {0.86, 0.86, 0.70, 0.90, 0.62, 0.85})});
  const std::vector<double> x{0.5, 0.625, 0.75, 0.5, 0.625, 0.75};
  const std::vector<double> y{0.375, 0.5, 0.625, 0.625, 0.5, 0.625};
  for (std::size_t i = 0; i < x.size(); ++i) {
    add(input.runs[0], "c" + std::to_string(i + 1), "fat", x[i]);
    add(input.runs[1], "c" + std::to_string(i + 1), "fat", y[i]);
  }
  return input;
}

inline std::string sentence_of(const ComparisonInput& input, const ComparisonOptions& options,
                               ExitCode code = ExitCode::bad_data) {
  try {
    (void)compare_runs(input, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "was not refused";
  return "";
}

inline void expect_words(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    EXPECT_NE(text.find(word), std::string::npos) << "no '" << word << "' in: " << text;
}

inline void expect_no_nan(const Table& table) {
  for (const auto& row : table.rows) {
    EXPECT_EQ(row.size(), table.columns.size());
    for (std::string cell : row) {
      std::transform(cell.begin(), cell.end(), cell.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      EXPECT_EQ(cell.find("nan"), std::string::npos) << cell;
      EXPECT_EQ(cell.find("inf"), std::string::npos) << cell;
    }
  }
}

}  // namespace myoseg
