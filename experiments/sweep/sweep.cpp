#include "experiments/sweep/sweep.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/config/sweep/sweep.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/names.h"
#include "eval/draw/page.h"
#include "eval/measure/metrics.h"
#include "eval/statistics/precision.h"
#include "eval/sweep/report.h"
#include "experiments/run/study.h"
#include "experiments/run/version.h"
#include "train/signals.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostCompared = 6;  // runs that a report tests pair by pair

SweepOptions sweep_options(ComposeRequest request) {
  request.sweep_master = true;
  request.resolve = false;
  const Composition master = compose(request);
  const Node* section = master.config.find("sweep");
  return section == nullptr ? SweepOptions{} : bind<SweepOptions>(*section);
}

SweepRules rules_of(const SweepOptions& options) {
  SweepRules rules;
  rules.samples = options.samples;
  rules.sampler = options.sampler;
  rules.seed = static_cast<std::uint64_t>(options.seed);
  for (const Combination& combination : options.skip) rules.skip.push_back(combination.values);
  return rules;
}

ComposedExperiment compose_point(const ComposeRequest& request, std::size_t job) {
  try {
    return compose_experiment(request);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("run {} of the sweep ({}): {}", job,
                                          join(request.overrides, " "), error.what()));
  }
}

// Of the best epoch up to `until`, the mean over the trainings that have begun.
double tuning_score(const Run& run, double until = std::numeric_limits<double>::infinity()) {
  double sum = 0;
  int trainings = 0;
  for (const FoldNetwork& network : networks_in(run.folder(), run.experiment())) {
    if (!fs::exists(network.folder / "log.csv")) continue;
    const Table log = read_csv(network.folder / "log.csv");
    const std::size_t column = log.column("score"), epoch = log.column("epoch");
    double best = -std::numeric_limits<double>::infinity();
    for (std::size_t row = 0; row < log.rows.size(); ++row)
      if (log.rows[row][column] != "NA" && log.number(row, epoch) <= until)
        best = std::max(best, log.number(row, column));
    if (!std::isfinite(best)) continue;
    sum += best;
    ++trainings;
  }
  return trainings == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / trainings;
}

RunSweep::Ending ending_of(const std::vector<TaskResult>& results) {
  const auto any = [&](RunState state) {
    return std::any_of(results.begin(), results.end(),
                       [&](const TaskResult& result) { return result.state == state; });
  };
  const bool stopped = stop_requested() || any(RunState::stopped);
  return {.stopped = stopped, .pending = !stopped && any(RunState::pending)};
}

}  // namespace

RunSweep::RunSweep(const ComposeRequest& request, std::string command_line)
    : command_line_(std::move(command_line)) {
  const SweepPlan plan = expand_sweep(request, rules_of(sweep_options(request)));
  require_jobs(plan);
  for (const std::string& key : plan.keys) keys_.push_back(key.substr(key.find_first_not_of('+')));
  std::map<std::string, std::size_t> known;  // runs by their hash
  for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
    const ComposeRequest job = job_request(request, plan, i);
    ComposedExperiment composed = compose_point(job, i);
    if (i == 0) log_warnings(composed.composition);
    Experiment experiment = std::move(composed.experiment);
    RunOrigin origin{command_line_, what_differs(experiment, job.overrides)};
    auto run = std::make_unique<Run>(std::move(experiment), std::move(origin));
    const auto [same, is_new] = known.emplace(hash_of_run(run->folder()), runs_.size());
    Point point{same->second, {}};
    for (const Node& value : plan.points[i]) {
      const auto* text = value.get_if<std::string>();
      point.settings.push_back(text == nullptr ? value.text() : *text);
    }
    points_.push_back(std::move(point));
    if (is_new) runs_.push_back(std::move(run));
  }
  Hasher hasher;
  for (const auto& run : runs_) hasher.add(run->folder().string());
  folder_ = run_folder(first().runtime.runs / "sweeps", first().name, keys_, hasher.hex());
}

std::string RunSweep::label(const Run& run) const {
  const auto point = std::find_if(points_.begin(), points_.end(),
                                  [&](const Point& each) { return runs_[each.run].get() == &run; });
  // "manet" says enough where only the model differs.
  if (keys_.size() == 1 && point->settings.front().find_first_of("0123456789") != 0)
    return point->settings.front();
  std::string text;
  for (std::size_t k = 0; k < keys_.size(); ++k)
    text += fmt::format("{}{}={}", k == 0 ? "" : " ", keys_[k], point->settings[k]);
  return text;
}

RunSweep::Ending RunSweep::launch(std::string_view last, std::optional<int> fold, bool fail_fast) {
  for (const auto& run : runs_) run->check();
  for (const auto& run : runs_) run->open();
  const std::unique_ptr<Launcher> launcher = first().launcher.make();
  std::vector<Run*> going_on;
  for (const auto& run : runs_) going_on.push_back(run.get());
  if (first().sweep.halving) {
    Ending early;
    auto kept = halve(*launcher, fold, fail_fast, early);
    if (!kept) return early;
    going_on = std::move(*kept);
  }
  std::vector<Task> tasks;
  for (Run* run : going_on) add_tasks(tasks, *run, label(*run), run->plan(last, fold));
  const std::vector<TaskResult> results = launcher->launch(tasks, fail_fast);
  write_report();
  Ending ending = ending_of(results);
  ending.failed =
      static_cast<std::size_t>(std::count_if(runs_.begin(), runs_.end(), [](const auto& run) {
        return read_run_record(run->folder()).state == RunState::failed;
      }));
  return ending;
}

std::string RunSweep::preview(std::string_view last, std::optional<int> fold) {
  std::vector<Task> tasks;
  for (const auto& run : runs_) add_tasks(tasks, *run, label(*run), run->plan(last, fold));
  return first().launcher.make()->preview(tasks);
}

std::optional<std::vector<Run*>> RunSweep::halve(Launcher& launcher, std::optional<int> fold,
                                                 bool fail_fast, Ending& early) {
  const HalvingOptions& halving = *first().sweep.halving;
  std::vector<Run*> runs;
  for (const auto& run : runs_) runs.push_back(run.get());
  double epochs = halving.first_epochs;
  for (; epochs < first().train.epochs && runs.size() > 1; epochs /= halving.keep) {
    const int until = static_cast<int>(std::lround(epochs));
    std::vector<Task> tasks;
    for (Run* run : runs) {
      std::vector<Job> jobs = run->plan("prepare");
      for (int k = fold.value_or(0); k < (fold ? *fold + 1 : run->folds()); ++k)
        for (const Member& member : run->members())
          jobs.push_back(run->train_until(k, member, until));
      add_tasks(tasks, *run, label(*run), jobs);
    }
    const std::vector<TaskResult> results = launcher.launch(tasks, fail_fast);
    early = ending_of(results);
    if (early.stopped || early.pending) return std::nullopt;
    const auto has_no_score_yet = [&](const Run* run) {
      return run->experiment().train.validate_every > until;
    };
    if (std::any_of(runs.begin(), runs.end(), has_no_score_yet)) {
      log::info("halving after epoch {}: not every run has a score yet, all go on", until);
      continue;
    }
    // Later epochs do not count: asked again, the sweep must come to the same choice.
    std::erase_if(runs, [&](const Run* run) { return !std::isfinite(tuning_score(*run, until)); });
    std::stable_sort(runs.begin(), runs.end(), [&](const Run* a, const Run* b) {
      return tuning_score(*a, until) > tuning_score(*b, until);
    });
    const double part = halving.keep * static_cast<double>(runs.size());
    const double whole = std::round(part);  // 0.07 of 100 runs are 7, not 8
    const auto keep =
        static_cast<std::size_t>(statistics::tied(part, whole) ? whole : std::ceil(part));
    log::info("halving after epoch {}: {} of {} runs go on", until, keep, runs.size());
    runs.resize(keep);
  }
  return runs;
}

std::string RunSweep::study(const std::vector<RunRecord>& records) const {
  std::vector<std::size_t> scored;
  for (std::size_t i = 0; i < runs_.size(); ++i)
    if (records[i].state == RunState::done && records[i].score) scored.push_back(i);
  if (scored.size() < 2) return "";
  const Better better = find_metric(first().report.headline).better;
  std::stable_sort(scored.begin(), scored.end(), [&](std::size_t a, std::size_t b) {
    return goodness(better, *records[a].score) > goodness(better, *records[b].score);
  });
  const bool all = scored.size() <= kMostCompared;
  if (!all) scored.resize(kMostCompared);
  std::sort(scored.begin(), scored.end());
  std::vector<std::pair<fs::path, std::string>> named;
  for (const std::size_t i : scored) named.emplace_back(runs_[i]->folder(), label(*runs_[i]));
  try {
    return (all ? ""
                : notes_markup({fmt::format("The sections below compare the best {} of the runs.",
                                            kMostCompared)})) +
           study_sections(model_study(named, first().report), folder_);
  } catch (const Error& error) {
    // Runs that were scored on different cases have no pairs; the rest of the report stands.
    return section_markup("Runs against each other",
                          notes_markup({fmt::format("Not compared: {}.", error.what())}));
  }
}

void RunSweep::write_report() const {
  SweepReportInput input;
  input.folder = folder_;
  input.title = first().name + ": sweep over " + join(keys_);
  input.data_note = first().data.root.empty()
                        ? "virtual cohort " + std::string(first().cohort.name())
                        : first().data.root.string();
  input.keys = keys_;
  input.provenance = {{"command", command_line_}, {"program", program_version()}};
  std::vector<RunRecord> records;
  for (const auto& run : runs_) records.push_back(read_run_record(run->folder()));
  input.sections = study(records);
  const auto scored = std::find_if(records.begin(), records.end(),
                                   [](const auto& r) { return r.score.has_value(); });
  if (scored != records.end()) {
    const Metric metric = find_metric(first().report.headline);
    input.score_names.push_back(fmt::format("{}, {}", metric.header(), scored->score_region));
    input.better = metric.better;
  }
  input.score_names.emplace_back("Tuning score");
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Point& point : points_) {
    const Run& run = *runs_[point.run];
    const RunRecord& record = records[point.run];
    SweepRow row;
    row.run = hash_of_run(run.folder());
    row.settings = point.settings;
    row.state = record.state;
    row.failure = record.failure;
    if (scored != records.end())
      row.scores.push_back(record.score.value_or(std::numeric_limits<double>::quiet_NaN()));
    row.scores.push_back(tuning_score(run));
    row.seconds = record.seconds;
    row.peak_memory_mib = record.peak_memory_mib;
    row.parameters = network_parameters(run.folder(), run.experiment());
    if (fs::exists(run.folder() / "report.html"))
      row.report = fs::path("../..") / run.name() / "report.html";
    list.push_back({{"run", row.run}, {"settings", row.settings}});
    input.rows.push_back(std::move(row));
  }
  write_file(folder_ / "sweep.json",
             json_text({{"command", command_line_}, {"keys", keys_}, {"runs", list}}, 1) + "\n");
  write_sweep_report(std::move(input));
}

std::string RunSweep::summary() const {
  return fmt::format("\n{}\n\nReport: {}\n", read_file(folder_ / "table.md"),
                     (folder_ / "report.html").string());
}

}  // namespace myoseg
