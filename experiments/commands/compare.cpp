// Two or more runs, or folders of scores from elsewhere, on the same cases.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/names.h"
#include "core/table/table.h"
#include "core/text.h"
#include "core/threads.h"
#include "eval/compare/contents.h"
#include "eval/draw/table_text.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/result_files.h"
#include "experiments/run/run_data.h"
#include "experiments/run/version.h"
#include "models/network.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct CompareCommand {
  std::vector<fs::path> runs;
  std::vector<std::string> names;
  fs::path table;
  fs::path out = "comparison";
  ComparisonOptions comparison;
  int threads = 0;
};
void describe(Fields& f, CompareCommand& o) {
  f("runs", o.runs, "Runs, by folder or hash, or folders with a scores.csv; two or more.");
  f("names", o.names, "What they are called in tables and figures; empty: hashes or folders.");
  describe(f, o.comparison);
  f("table", o.table,
    "Table with the columns 'case' and 'patient'; empty: what scores or runs say.");
  f("out", o.out, "Folder of report.html, tables and figures.");
  f("threads", o.threads, at_least(0), "0: the cores this process may use.");
}

// Words without a key are runs; a run's folder may have a '=' in its name.
CompareCommand options_of(const Request& request) {
  std::vector<std::string> words = request.overrides;
  auto options = take_options<CompareCommand>(words);
  const auto first_other = std::stable_partition(words.begin(), words.end(), [](const auto& word) {
    std::error_code too_long;  // for a name, as a list of regions may be
    return word.find('=') == std::string::npos || fs::exists(word, too_long) ||
           fs::exists(default_runs_folder() / word, too_long);
  });
  refuse_other_overrides({first_other, words.end()}, write_fields(CompareCommand{}));
  options.runs.insert(options.runs.end(), words.begin(), first_other);
  if (options.runs.size() < 2)
    throw usage_error("compare needs two runs or more, found {}: myoseg compare RUN RUN",
                      options.runs.size());
  if (!options.names.empty() && options.names.size() != options.runs.size())
    throw usage_error("names={}: there are {} names for {} runs", join(options.names),
                      options.names.size(), options.runs.size());
  return options;
}

bool is_run(const fs::path& folder) {
  return fs::exists(folder / "config.yaml") && fs::exists(folder / "jobs.json");
}

// What a run keeps of the data of these scores, its own or external; a folder from elsewhere says
// nothing of regions.
DataSummary data_of(const fs::path& scored) {
  const fs::path file = scored / "dataset.json";
  const bool ours = is_run(scored) || is_run(fs::absolute(scored).parent_path());
  return ours && fs::exists(file) ? read_data_summary(file) : DataSummary{};
}

// The folder with the scores.
fs::path scored_folder(const fs::path& named) {
  if (fs::exists(named / "scores.csv")) return (named / "").parent_path();
  const fs::path run = find_run(named, default_runs_folder());
  if (!fs::exists(run / "scores.csv"))
    throw data_error("{}: has no scores.csv yet; 'myoseg run --rerun {}' completes the run",
                     run.string(), run.string());
  return run;
}

// No run's own report is written over, and no table that is read.
void check_output(const CompareCommand& options, const std::vector<fs::path>& folders) {
  std::error_code error;
  for (const fs::path& folder : folders)
    if (fs::equivalent(folder, options.out, error))
      throw usage_error("out={}: is one of the folders that are compared; write elsewhere",
                        options.out.string());
  if (!options.table.empty()) keep_inputs({{options.table}}, result_files(options.out));
}

ComparedRun read_run(const fs::path& folder) {
  ComparedRun run;
  run.name = fs::absolute(folder).lexically_normal().filename().string();
  run.label = run.name;
  run.scores = read_scores(folder / "scores.csv");
  if (!is_run(folder)) return run;
  const RunRecord record = read_run_record(folder);
  run.label = run.name.substr(run.name.rfind('-') + 1);
  run.about = join(record.differs);
  run.seconds = record.seconds;
  run.peak_memory_mib = record.peak_memory_mib;
  run.parameters = network_parameters(folder, read_experiment(folder / "config.yaml"));
  return run;
}

using Patients = std::map<std::string, std::string>;

// Error(bad_data) naming `source` when the case has another patient already.
void add_patient(Patients& patients, const std::string& source, const std::string& name,
                 const std::string& patient) {
  const auto [known, added] = patients.emplace(name, patient);
  if (!added && known->second != patient)
    throw data_error(
        "{}: case '{}' is of patient '{}' here and of '{}' elsewhere; table=FILE says which",
        source, name, patient, known->second);
}

void add_patients(Patients& patients, const Table& table, std::size_t patient) {
  const std::size_t name = table.column("case");
  for (const auto& row : table.rows)
    if (!row[patient].empty()) add_patient(patients, table.source, row[name], row[patient]);
}

// What scores.csv or the run's record of its data says of patients.
void add_patients_of(Patients& patients, const fs::path& folder) {
  const Table scores = read_csv(folder / "scores.csv");
  const fs::path data = folder / "dataset.json";
  if (const auto column = scores.find_column("patient"))
    add_patients(patients, scores, *column);
  else if (is_run(folder) && fs::exists(data))
    for (const auto& [name, patient] : read_data_summary(data).patients)
      add_patient(patients, data.string(), name, patient);
}

}  // namespace

std::vector<FieldHelp> compare_options() { return help_fields(CompareCommand{}); }

int compare_command(const Request& request) {
  const CompareCommand options = options_of(request);
  set_thread_count(options.threads);
  ComparisonInput input;
  input.folder = options.out;
  std::vector<fs::path> folders;
  for (const fs::path& run : options.runs) folders.push_back(scored_folder(run));
  check_output(options, folders);
  for (std::size_t i = 0; i < folders.size(); ++i) {
    input.runs.push_back(read_run(folders[i]));
    if (!options.names.empty()) input.runs.back().label = options.names[i];
    input.unions.merge(unions_of(data_of(folders[i])));
    if (options.table.empty()) add_patients_of(input.patients, folders[i]);
  }
  if (!options.table.empty()) {
    const Table table = read_csv(options.table);
    add_patients(input.patients, table, table.column("patient"));
  }
  input.provenance = {{"command", request.command_line}, {"program", program_version()}};
  const ComparisonContents contents = comparison_contents(std::move(input), options.comparison);
  write_comparison(contents);
  fmt::print("{}\n{}\n", to_markdown(contents.readable_runs), to_markdown(contents.readable_pairs));
  for (const std::string& note : contents.notes) fmt::print("{}\n\n", printable(note));
  fmt::print("Report: {}\n", (options.out / "report.html").string());
  return 0;
}

}  // namespace myoseg
