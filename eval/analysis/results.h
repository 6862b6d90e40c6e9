// A list of statistics, each of one column, pair or group of columns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/table/table.h"
#include "eval/statistics/estimate.h"

namespace myoseg {

class StatisticsList {
 public:
  // `of`: the columns. Interval and p where the statistic has them.
  void add(const std::string& statistic, const std::string& of, std::size_t n,
           const statistics::Estimate& value, std::optional<statistics::Interval> ci = {},
           std::optional<statistics::Estimate> p = {}, const std::string& note = "");

  // statistic, of, n, value, ci_low, ci_high, p, note: full precision.
  [[nodiscard]] Table exact() const;
  // The same for readers: of, statistic, n, value, 95 % CI, p; and the notes under it.
  [[nodiscard]] Table readable() const;
  [[nodiscard]] std::vector<std::string> notes() const;
  // Six digits, grouped by columns, for a terminal.
  [[nodiscard]] std::string text() const;

 private:
  struct Line {
    std::string statistic, of;
    std::size_t n = 0;
    statistics::Estimate value;
    std::optional<statistics::Interval> ci;
    std::optional<statistics::Estimate> p;
    std::string note;
  };
  std::vector<Line> lines_;
};

}  // namespace myoseg
