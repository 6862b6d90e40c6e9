#include "experiments/run/run_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/log.h"
#include "core/names.h"
#include "eval/study/members.h"
#include "experiments/run/analyses.h"
#include "experiments/run/predicted_cases.h"
#include "experiments/run/provenance.h"
#include "experiments/run/run_data.h"
#include "experiments/run/study.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

std::vector<Fold> read_splits(const fs::path& file) {
  const Json json = parse_json(read_file(file), file.string());
  std::vector<Fold> folds;
  try {
    for (const Json& fold : json)
      folds.push_back({fold.at("train").get<std::vector<std::string>>(),
                       fold.at("tuning").get<std::vector<std::string>>(),
                       fold.at("test").get<std::vector<std::string>>(),
                       fold.value("held_out", "")});
  } catch (const Json::exception& error) {
    throw data_error("{}: {}; the run's folder is damaged", file.string(), error.what());
  }
  if (folds.empty())
    throw data_error("{}: holds no fold; the run's folder is damaged", file.string());
  return folds;
}

// "Dataset103, 8 cases of 4 patients, by column patient of groups.csv".
std::string real_data_note(const DataSummary& data, const std::set<std::string>& cases) {
  std::set<std::string> patients;
  for (const std::string& id : cases) {
    const auto patient = data.patients.find(id);
    patients.insert(patient == data.patients.end() ? id : patient->second);
  }
  return fmt::format("{}, {}", data.name, cases_text(cases.size(), patients.size(), data.grouping));
}

// "virtual cohort l3, 40 subjects, simulated, 5 folds by patient": under what the tables' numbers
// were measured.
std::string data_note(const fs::path& run, const Experiment& experiment) {
  std::set<std::string> cases;
  const std::vector<Fold> splits = read_splits(run / "splits.json");
  for (const Fold& fold : splits)
    for (const auto* part : {&fold.train, &fold.tuning, &fold.test})
      cases.insert(part->begin(), part->end());
  return (experiment.data.root.empty()
              ? fmt::format("virtual cohort {}, {} subjects, simulated", experiment.cohort.name(),
                            cases.size())
              : real_data_note(read_data_summary(run / "dataset.json"), cases)) +
         ", " + validation_note(experiment.validation, splits);
}

// Every case has the same rows, and a file that was cut short does not end in a whole line.
void check_complete(const std::vector<Score>& scores, const std::vector<Fold>& splits,
                    const fs::path& file) {
  if (!read_file(file).ends_with('\n'))
    throw data_error("{}: ends in the middle of a line", file.string());
  std::map<std::string, std::size_t> rows;
  for (const Score& score : scores) ++rows[score.case_id];
  std::size_t most = 0;
  for (const auto& [id, count] : rows) most = std::max(most, count);
  for (const Fold& fold : splits)
    for (const std::string& id : fold.test)
      if (rows[id] != most || most == 0)
        throw data_error("{}: has {} of the {} scores of case {}", file.string(), rows[id], most,
                         id);
}

std::vector<Score> read_run_scores(const fs::path& run) {
  const fs::path file = run / "scores.csv";
  const std::vector<Fold> splits = read_splits(run / "splits.json");
  try {
    std::vector<Score> scores = read_scores(file);
    check_complete(scores, splits, file);
    return scores;
  } catch (const Error& error) {
    throw data_error("{}; remove it, and 'myoseg run --rerun {}' makes it again", error.what(),
                     run.string());
  }
}

EnsembleStudy ensemble_study(const ReportInput& input, const Experiment& experiment) {
  EnsembleStudy study;
  for (const Member& member : members_of(experiment))
    study.members.push_back({member.name, member.weight,
                             read_scores(scores_folder(input.folder, member) / "scores.csv")});
  study.model = input.model;
  study.scores = input.scores;
  study.metrics = study_metrics(experiment.report);
  study.regions = study_regions(input.folder, experiment.report);
  study.unions = unions_of(read_data_summary(input.folder / "dataset.json"));
  study.paper_values = experiment.report.paper_values;
  study.patients = input.patients;
  return study;
}

}  // namespace

ReportInput read_report_input(const fs::path& run, const Experiment& experiment) {
  ReportInput input;
  input.folder = run;
  input.data_note = data_note(run, experiment);
  input.model = model_name(experiment);
  input.scores = read_run_scores(run);
  const DataSummary data = read_data_summary(run / "dataset.json");
  input.regions = data.regions;
  input.labels = data.labels;
  input.patients = data.patients;
  for (const FoldNetwork& network : networks_in(run, experiment))
    if (const fs::path log = network.folder / "log.csv"; fs::exists(log))
      input.learning_curves.push_back({network.title(), read_csv(log)});
  input.provenance = provenance_rows(run / "provenance.json");
  if (const fs::path models = run / "external/models.json"; fs::exists(models))
    input.provenance.emplace_back("external", read_models(models));
  input.config_yaml = read_file(run / "config.yaml");
  return input;
}

void add_case_files(ReportInput& input, const Dataset& dataset) {
  const std::vector<Fold> splits = read_splits(input.folder / "splits.json");
  for (std::size_t fold = 0; fold < splits.size(); ++fold)
    for (const std::string& id : splits[fold].test) {
      PredictedCase predicted;
      predicted.item = &dataset.find(id);
      predicted.folder = fold_folder(input.folder, static_cast<int>(fold));
      input.files[id] = {predicted.item->images.front(), predicted.item->label,
                         prediction_file(predicted, Stage::final, dataset),
                         without_ignored(predicted.item->merge, dataset.labels)};
    }
}

void add_sections(ReportInput& input, const Experiment& experiment) {
  if (!experiment.ensemble.empty())
    input.sections = members_section(ensemble_study(input, experiment), input.folder);
  if (!fs::exists(input.folder / "quantities.csv")) return;
  input.sections += study_sections(
      model_study({{input.folder, model_name(experiment)}}, experiment.report), input.folder);
  input.sections += analyses_sections(input.folder, experiment);
}

std::string report_inputs(const Experiment& experiment, const std::string& external) {
  const std::string report = external + config_hash(experiment.report) + join(experiment.metrics);
  // Reports of earlier programs have none.
  return experiment.analyses.empty() ? report
                                     : report + write_fields(experiment).find("analyses")->text();
}

std::string report_summary(const ReportContents& contents) {
  return fmt::format("\n{}\n{}\n\nReport: {}\n", contents.input.data_note,
                     to_markdown(main_table(contents)),
                     (contents.input.folder / "report.html").string());
}

}  // namespace myoseg
