#include "data/import/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"
#include "core/names.h"
#include "data/import/case_files.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

Table plan_table(const std::vector<PlannedSeries>& plan) {
  Table table;
  table.columns = {"case",   "series",   "modality", "description", "kernel",
                   "slices", "apart_mm", "contrast", "labels",      "taken"};
  for (const PlannedSeries& p : plan)
    table.rows.push_back({p.case_id, p.series.series_number, p.series.modality,
                          p.series.series_description, p.series.kernel, fmt::format("{}", p.slices),
                          p.geometry ? fmt::format("{:.3g}", p.geometry->spacing[2]) : "-",
                          p.series.contrast ? "yes" : "no", fmt::format("{}", p.labels.size()),
                          p.taken() ? "yes" : "no: " + p.refusal});
  return table;
}

}  // namespace

std::string plan_text(const std::vector<PlannedSeries>& plan) {
  constexpr std::size_t kWidest = 40;
  const Table table = plan_table(plan);
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    std::size_t width = table.columns[c].size();
    for (const auto& row : table.rows) width = std::max(width, std::min(row[c].size(), kWidest));
    widths.push_back(width);
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += fmt::format("{:<{}}  ", row[c], widths[c]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  add(table.columns);
  for (const auto& row : table.rows) add(row);
  return text;
}

void write_dataset_tables(const fs::path& out, const std::vector<std::vector<std::string>>& rows,
                          std::size_t labelled, const ImportRules& rules,
                          const std::vector<LabelRule>& labels) {
  Table cases;
  cases.columns = case_columns();
  cases.rows = rows;
  write_file(out / "cases.csv", to_csv(cases));
  Json values{{"background", 0}};
  for (std::size_t i = 0; i < labels.size(); ++i) values[labels[i].name] = i + 1;
  write_file(out / "dataset.json", json_text({{"channel_names", {{"0", join(rules.modality, "/")}}},
                                              {"labels", values},
                                              {"numTraining", labelled},
                                              {"file_ending", ".nii.gz"}},
                                             1) +
                                       "\n");
}

}  // namespace myoseg
