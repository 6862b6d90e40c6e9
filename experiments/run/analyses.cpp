#include "experiments/run/analyses.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>

#include "core/error.h"
#include "core/files.h"
#include "eval/draw/page.h"
#include "eval/draw/table_text.h"
#include "eval/measure/scores.h"
#include "eval/measure/summaries.h"
#include "experiments/run/failures.h"
#include "experiments/run/predicted_cases.h"
#include "experiments/run/run_data.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// In tables/ and figures/.
const std::string kPrefix = "analysis_";
constexpr const char* kValues = "tables/values.csv";
constexpr const char* kTrainingValues = "tables/training_values.csv";

// A table that is filled cell by cell; what nobody fills is NA.
class CaseTable {
 public:
  void set(const std::string& id, const std::string& column, const std::string& value) {
    const auto [place, is_new] = columns_.emplace(column, names_.size());
    if (is_new) names_.push_back(column);
    cases_[id][place->second] = value;
  }
  [[nodiscard]] bool has(const std::string& id) const { return cases_.contains(id); }
  [[nodiscard]] bool has_column(const std::string& name) const { return columns_.contains(name); }
  [[nodiscard]] Table table() const {
    Table table;
    table.columns = {"case"};
    table.columns.insert(table.columns.end(), names_.begin(), names_.end());
    for (const auto& [id, cells] : cases_) {
      std::vector<std::string> row(table.columns.size(), "NA");
      row[0] = id;
      for (const auto& [place, value] : cells) row[place + 1] = value;
      table.rows.push_back(std::move(row));
    }
    return table;
  }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::size_t> columns_;
  std::map<std::string, std::map<std::size_t, std::string>> cases_;
};

void add_scores(CaseTable& values, const fs::path& file) {
  const std::vector<Score> scores = read_scores(file);
  const Stage stage = counting_stage(scores);
  for (const Score& score : scores)
    if (score.stage == stage) {
      values.set(score.case_id, "fold", std::to_string(score.fold));
      values.set(score.case_id, score.metric + "_" + score.region, format_number(score.value));
    }
}

void add_quantities(CaseTable& values, const fs::path& file) {
  const Table table = read_csv(file);
  const std::size_t scan = table.column("scan"), reader = table.column("reader"),
                    region = table.column("region");
  for (const auto& row : table.rows)
    for (std::size_t c = 0; c < row.size(); ++c)
      if (c != scan && c != reader && c != region)
        values.set(row[scan],
                   fmt::format("{}_{}{}", table.columns[c], row[region],
                               row[reader] == kLabelReader ? "_label" : ""),
                   row[c]);
}

// Of the scored cases. A column that is called as a measured one is would take its place.
void add_attributes(CaseTable& values, const fs::path& file) {
  const auto attributes = read_data_summary(file).attributes;
  for (const auto& [id, cells] : attributes)
    for (const auto& [column, value] : cells)
      if (values.has_column(column))
        throw data_error(
            "the attribute column '{}' is called as a score or quantity of the cases is, or as their "
            "fold; give it another name in the data set's table",
            column);
  for (const auto& [id, cells] : attributes)
    for (const auto& [column, value] : cells)
      if (values.has(id)) values.set(id, column, value);
}

// Of what an earlier report had analysed.
void remove_earlier(const fs::path& run) {
  std::error_code error;
  for (const char* file : {kValues, kTrainingValues}) fs::remove(run / file, error);
  for (const char* folder : {"tables", "figures"})
    for (const auto& entry : fs::directory_iterator(run / folder, error))
      if (entry.path().filename().string().starts_with(kPrefix)) fs::remove(entry.path(), error);
}

// "regression_fit" of the analysis "regression_2": "analysis_regression_2_fit".
std::string file_name(const std::string& made, std::string_view analysis, const std::string& name) {
  return kPrefix + name + made.substr(analysis.size());
}

// `name`: the analysis's, told apart from earlier ones of the same.
std::string section_of(const AnalysisResult& result, std::string_view analysis,
                       const std::string& name, const fs::path& run) {
  const fs::path tables = run / "tables";
  write_table(tables / (kPrefix + name), result.exact, result.readable, result.notes);
  std::string markup = table_markup(page_table(result.readable, 2, result.notes));
  for (const AnalysisTable& table : result.more) {
    write_table(tables / file_name(table.name, analysis, name), table.exact, table.readable,
                table.notes);
    PageTable shown = page_table(table.readable, table.names, table.notes);
    shown.caption = table.caption;
    markup += table_markup(shown);
  }
  for (Figure figure : result.figures) {
    figure.name = file_name(figure.name, analysis, name);
    markup += "<div class=\"block\">" +
              figure_markup(page_chart(result.title, run / "figures", figure)) + "</div>\n";
  }
  if (!result.model.empty()) write_file(tables / (kPrefix + name + ".json"), result.model);
  return section_markup(result.title, markup);
}

}  // namespace

Table case_values(const fs::path& run) {
  CaseTable values;
  add_scores(values, run / "scores.csv");
  add_quantities(values, run / "quantities.csv");
  add_attributes(values, run / "dataset.json");
  Table table = values.table();
  table.source = (run / kValues).string();
  return table;
}

Table training_values(const fs::path& run) {
  CaseTable values;
  if (fs::exists(run / kTrainingQuantities)) {
    add_quantities(values, run / kTrainingQuantities);
    add_attributes(values, run / "dataset.json");
  }
  Table table = values.table();
  table.source = (run / kTrainingValues).string();
  return table;
}

std::vector<fs::path> fitted_models(const fs::path& run, const std::string& analysis) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(run / "tables", error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kPrefix + analysis) && name.ends_with(".json"))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string analyses_sections(const fs::path& run, const Experiment& experiment) {
  remove_earlier(run);
  if (experiment.analyses.empty()) return "";
  std::string sections;
  Failures failures;
  // The report is not lost to what cannot be computed: a section says why.
  const auto add = [&](const std::string& title, const std::function<void()>& work) {
    if (failures.survives(title, work)) return true;
    sections += section_markup(title, notes_markup({failures.sentence(title)}));
    return false;
  };
  Table values, training;
  const bool has_values = add("Analyses", [&] {
    values = case_values(run);
    write_file(run / kValues, to_csv(values));
    training = training_values(run);
    if (!training.rows.empty()) write_file(run / kTrainingValues, to_csv(training));
  });
  if (!has_values) return sections;
  std::map<std::string_view, int> uses;
  for (const Pick<AnalysisEntry>& analysis : experiment.analyses) {
    const int use = ++uses[analysis.name()];
    std::string name(analysis.name());
    if (use > 1) name += fmt::format("_{}", use);
    add("Analysis " + name, [&] {
      sections +=
          section_of(analysis.make(AnalysisCases{values, &training}), analysis.name(), name, run);
    });
  }
  return sections;
}

}  // namespace myoseg
