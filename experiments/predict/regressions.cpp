#include "experiments/predict/regressions.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/names.h"
#include "eval/statistics/cells.h"
#include "experiments/run/analyses.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// The table of patients, if there is one.
struct Patients {
  Table table;
  std::optional<RowIndex> rows;

  explicit Patients(const fs::path& file) {
    if (file.empty()) return;
    table = read_csv(file);
    rows.emplace(table, table.column("case"));
  }
};

// QUANTITY_REGION of a scan.
std::map<std::string, std::string> measured(const Scan& scan, const fs::path& out) {
  const Table table = read_csv(memory_of(scan, out) / kQuantitiesFile);
  const std::size_t region = table.column("region");
  std::map<std::string, std::string> values;
  for (const auto& row : table.rows)
    for (std::size_t c = 0; c < row.size(); ++c)
      values[fmt::format("{}_{}", table.columns[c], row[region])] = row[c];
  return values;
}

// Fills what a scan has of a column; else a clause that says why it has none.
std::string find_cell(Cells& cells, const std::string& column,
                      const std::map<std::string, std::string>& quantities,
                      const Patients& patients, const Scan& scan) {
  if (const auto found = quantities.find(column); found != quantities.end()) {
    if (is_missing(found->second)) return fmt::format("its {} could not be measured", column);
    cells[column] = cell_of(found->second);
    return "";
  }
  if (!patients.rows)
    return fmt::format("its {} is not known; give cases=TABLE with a column {}", column, column);
  const std::string& source = patients.table.source;
  const auto place = patients.table.find_column(column);
  if (!place)
    return fmt::format("its {} is not known, {} has no such column{}", column, source,
                       did_you_mean(column, patients.table.columns));
  const auto row = patients.rows->find(scan.name);
  if (!row) return fmt::format("its {} is not known, {} does not name the scan", column, source);
  const std::string& text = patients.table.rows[*row][*place];
  if (is_missing(text)) return fmt::format("its {} is missing in {}", column, source);
  cells[column] = cell_of(text);
  return "";
}

statistics::Prediction predict_scan(const RegressionModel& model, const Scan& scan,
                                    const std::map<std::string, std::string>& quantities,
                                    const Patients& patients) {
  Cells cells;
  for (const std::string& column : columns_of(model.coding.terms))
    if (const std::string why = find_cell(cells, column, quantities, patients, scan); !why.empty())
      return statistics::undefined_prediction(why);
  return predict(model, cells);
}

Table empty_rows() {
  Table table;
  table.columns = {"scan", "response", "predicted", "low", "high", "note"};
  return table;
}

// The rows of one scan, and a sentence for each regression that says nothing.
std::pair<Table, std::vector<std::string>> rows_of(const std::vector<RegressionModel>& models,
                                                   const Scan& scan, const fs::path& out,
                                                   const Patients& patients) {
  Table rows = empty_rows();
  std::vector<std::string> problems;
  const auto quantities = measured(scan, out);
  for (const RegressionModel& model : models) {
    const statistics::Prediction predicted = predict_scan(model, scan, quantities, patients);
    std::vector<std::string> row{scan.name, model.response, statistics::cell(predicted.mean)};
    statistics::add_cells(row, predicted.observation_ci);
    row.push_back(predicted.mean.reason);
    if (!predicted.mean.defined())
      problems.push_back(fmt::format("{} is not predicted: {}", model.response, row.back()));
    rows.rows.push_back(std::move(row));
  }
  return {std::move(rows), std::move(problems)};
}

}  // namespace

std::size_t declared_regressions(const Experiment& experiment) {
  return static_cast<std::size_t>(
      std::count_if(experiment.analyses.begin(), experiment.analyses.end(),
                    [](const auto& analysis) { return analysis.name() == "regression"; }));
}

std::vector<RegressionModel> regressions_of(const fs::path& run, const Experiment& experiment) {
  std::vector<RegressionModel> models;
  for (const fs::path& file : fitted_models(run, "regression"))
    models.push_back(read_regression(file));
  const std::size_t declared = declared_regressions(experiment);
  if (declared > models.size())
    log::warn(
        "run={}: {} of its {} regressions have no coefficients, which its report explains; they "
        "are not applied",
        run.string(), declared - models.size(), declared);
  return models;
}

std::size_t write_regressions(const std::vector<RegressionModel>& models,
                              const std::vector<Scan>& scans, const ScanPrediction& how,
                              const fs::path& cases, Failures& failures) {
  const Patients patients(cases);
  std::size_t whole = 0;
  for (const Scan& scan : scans) {
    if (failures.has(scan.name) || !fs::exists(memory_of(scan, how.out) / kQuantitiesFile))
      continue;
    const auto [rows, problems] = rows_of(models, scan, how.out, patients);
    write_file(memory_of(scan, how.out) / kRegressionFile, to_csv(rows));
    if (problems.empty())
      ++whole;
    else
      failures.add(scan.name, join(problems, "; "));
  }
  Table all = empty_rows();
  for (Table& table : remembered(how.out, kRegressionFile))
    for (auto& row : table.rows) all.rows.push_back(std::move(row));
  write_file(how.out / kRegressionFile, to_csv(all));
  return whole;
}

}  // namespace myoseg
