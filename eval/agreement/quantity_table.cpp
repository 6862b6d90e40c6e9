#include "eval/agreement/quantity_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double value_at(const Table& table, std::size_t row, std::size_t column) {
  return table.rows[row][column] == "NA" ? kNaN : table.number(row, column);
}

// Places of names in the order of their first appearance.
class Places {
 public:
  std::size_t operator()(const std::string& name) {
    const auto [at, is_new] = place_.emplace(name, names_.size());
    if (is_new) names_.push_back(name);
    return at->second;
  }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::map<std::string, std::size_t> place_;
  std::vector<std::string> names_;
};

bool says_something(const Ratings& ratings) {
  return std::any_of(ratings.values.begin(), ratings.values.end(), [](const auto& values) {
    return std::any_of(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
  });
}

}  // namespace

Table empty_quantities(const QuantityOptions& options) {
  Table table;
  table.columns = {"scan",         "reader",  "region", "volume_ml", "mean_area_cm2",
                   "max_area_cm2", "mean_hu", "sd_hu",  "slices"};
  for (const HuRange& range : options.ranges)
    for (const char* what : {"_ml", "_fraction", "_mean_hu"})
      table.columns.push_back(range.name + what);
  for (const char* last : {"smi_cm2_m2", "truncated", "cut_at_ends"})
    table.columns.emplace_back(last);
  return table;
}

void add_quantities(Table& table, const std::string& scan, const std::string& reader,
                    const std::vector<Quantity>& quantities) {
  for (const Quantity& q : quantities) {
    std::vector<std::string> row{scan,
                                 reader,
                                 q.region,
                                 format_number(q.volume_ml),
                                 format_number(q.mean_area_cm2),
                                 format_number(q.max_area_cm2),
                                 format_number(q.mean_hu),
                                 format_number(q.sd_hu),
                                 std::to_string(q.slices)};
    for (const TissuePart& part : q.parts)
      for (const double value : {part.volume_ml, part.fraction, part.mean_hu})
        row.push_back(format_number(value));
    row.push_back(format_number(q.smi_cm2_m2));
    row.emplace_back(q.truncated ? "yes" : "no");
    row.emplace_back(q.cut_at_ends ? "yes" : "no");
    table.rows.push_back(std::move(row));
  }
}

std::vector<std::string> compared_quantities(const Table& quantities) {
  constexpr std::array kAlways{"volume_ml", "mean_area_cm2", "max_area_cm2", "mean_hu"};
  std::vector<std::string> columns;
  for (const char* name : kAlways)
    if (quantities.find_column(name)) columns.emplace_back(name);
  for (const std::string& name : quantities.columns)
    if (name.ends_with("_fraction")) columns.push_back(name);
  if (quantities.find_column("smi_cm2_m2")) columns.emplace_back("smi_cm2_m2");
  return columns;
}

std::vector<Ratings> ratings_of(const Table& quantities, const std::vector<std::string>& readers,
                                const std::vector<std::string>& columns) {
  const std::size_t scan = quantities.column("scan"), reader = quantities.column("reader"),
                    region = quantities.column("region"), volume = quantities.column("volume_ml");
  Places cases, regions;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::optional<std::size_t>>> rows;
  for (std::size_t row = 0; row < quantities.rows.size(); ++row) {
    const auto& cells = quantities.rows[row];
    const auto who = std::find(readers.begin(), readers.end(), cells[reader]) - readers.begin();
    auto& found = rows[{regions(cells[region]), cases(cells[scan])}];
    found.resize(readers.size());
    if (who < std::ssize(readers)) found[static_cast<std::size_t>(who)] = row;
  }
  std::vector<Ratings> all;
  for (const std::string& name : columns) {
    const std::size_t column = quantities.column(name);
    for (std::size_t r = 0; r < regions.names().size(); ++r) {
      Ratings ratings{regions.names()[r], name, cases.names(), {}};
      ratings.values.assign(readers.size(), std::vector<double>(cases.names().size(), kNaN));
      for (std::size_t c = 0; c < cases.names().size(); ++c) {
        const auto found = rows.find({r, c});
        if (found == rows.end()) continue;
        const bool somebody = std::any_of(
            found->second.begin(), found->second.end(),
            [&](const auto& row) { return row && value_at(quantities, *row, volume) > 0; });
        for (std::size_t who = 0; somebody && who < readers.size(); ++who)
          if (const auto& row = found->second[who])
            ratings.values[who][c] = value_at(quantities, *row, column);
      }
      if (says_something(ratings)) all.push_back(std::move(ratings));
    }
  }
  return all;
}

}  // namespace myoseg
