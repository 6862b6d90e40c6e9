// Making cohorts as the program does, and looking at what lies on disk afterwards.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/table/table.h"
#include "data/cohort/cohort.h"

namespace myoseg::testing {

using Settings = std::vector<std::pair<std::string, Node>>;

struct CohortHolder {
  Pick<CohortEntry> cohort;
};
inline void describe(Fields& f, CohortHolder& o) { f("cohort", o.cohort, "The cohort."); }

inline void make_cohort(const std::string& name, const std::filesystem::path& out,
                        const Settings& settings, std::uint64_t seed = 7) {
  Node options;
  options.set("name", Node(name));
  for (const auto& [key, value] : settings) options.set(key, value);
  Node node;
  node.set("cohort", options);
  bind<CohortHolder>(node).cohort.make(out, seed);
}

inline Settings small_cohort(int subjects, const Settings& more = {}) {
  Settings settings{{"subjects", Node(subjects)}, {"size", Node(64)}};
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

// Every file below a folder with its bytes.
inline std::map<std::string, std::string> files_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[std::filesystem::relative(entry.path(), folder).string()] = read_file(entry.path());
  return files;
}

// Of the usage error that `work` ends with; "" when there is none.
inline std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    return error.what();
  }
  return "";
}

inline double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sx += x[i], sy += y[i], sxx += x[i] * x[i], syy += y[i] * y[i], sxy += x[i] * y[i];
  return (n * sxy - sx * sy) / std::sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
}

inline std::vector<double> numbers_of(const Table& table, std::string_view column) {
  std::vector<double> out;
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    out.push_back(table.number(i, table.column(column)));
  return out;
}

inline double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

}  // namespace myoseg::testing
