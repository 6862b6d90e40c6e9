#include "experiments/run/run.h"

#include <algorithm>
#include <map>

#include "core/files.h"
#include "core/log.h"
#include "eval/report/contents.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/run/provenance.h"
#include "experiments/run/run_report.h"
#include "experiments/run/starting_weights.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

fs::path normal(const fs::path& path) { return fs::absolute(path).lexically_normal(); }

// The experiment with its paths absolute, so that the folder alone is enough to go on from
// anywhere.
Experiment anywhere(const RunContext& run) {
  Experiment stated = run.experiment();
  stated.runtime.runs = normal(stated.runtime.runs);
  stated.runtime.cache = normal(stated.runtime.cache);
  if (!run.source().is_virtual()) stated.data.root = normal(stated.data.root);
  if (run.external() && !run.external()->is_virtual())
    stated.external->root = normal(stated.external->root);
  if (!stated.init_from.empty()) stated.init_from = normal(stated.init_from);
  return stated;
}

}  // namespace

Run::Run(Experiment experiment, RunOrigin origin)
    : origin_(std::move(origin)),
      context_(std::move(experiment), origin_),
      pipeline_(pipeline_of(context_.experiment())) {}

void Run::open() {
  write_file(folder() / "config.yaml", to_yaml(write_fields(anywhere(context_))));
  write_job_list(folder(), plan());
  if (!fs::exists(folder() / "provenance.json")) {
    const DataHashes& data = context_.source().hashes();
    keep_data_hashes(experiment().runtime.cache, data);
    write_file(folder() / "provenance.json",
               provenance(origin_, context_.hash(), normal(context_.source().root()), data.all,
                          starting_weights_hash(experiment())));
  }
  log::info("run folder {}", folder().string());
}

void Run::forget(const std::vector<Job>& jobs) {
  std::vector<std::string> forgotten;
  for (const Job& job : jobs) forgotten.push_back(job.id);
  const auto has = [&](const std::string& id) {
    return std::find(forgotten.begin(), forgotten.end(), id) != forgotten.end();
  };
  for (const Job& job : plan()) {
    if (job.shared) continue;
    if (!has(job.id) && std::none_of(job.after.begin(), job.after.end(), has)) continue;
    myoseg::forget(job);
    forgotten.push_back(job.id);
  }
}

std::string Run::summary() const {
  return report_summary(report_contents(read_report_input(folder(), experiment()),
                                        experiment().report, Intervals::without));
}

void add_tasks(std::vector<Task>& tasks, const Run& run, const std::string& label,
               const std::vector<Job>& jobs) {
  std::map<std::string, std::size_t> place;  // of this run's jobs
  for (const Job& job : jobs) {
    // Only what several runs share can be there already.
    const auto same =
        !job.shared ? tasks.end() : std::find_if(tasks.begin(), tasks.end(), [&](const Task& task) {
          return task.job.marker == job.marker;
        });
    place[job.id] = static_cast<std::size_t>(same - tasks.begin());
    if (same != tasks.end()) continue;
    Task task{.job = job, .run = label, .after = {}, .command = {}, .log = {}, .queue = {}};
    for (const std::string& id : job.after)
      if (const auto earlier = place.find(id); earlier != place.end())
        task.after.push_back(earlier->second);
    task.command = {
        "run",
        "--rerun",
        run.folder().string(),
        "job=" + job.id,
        "runtime.device=" + run.experiment().runtime.device,
        fmt::format("runtime.log_level={}", name_of(run.experiment().runtime.log_level))};
    std::string log = job.id;
    std::replace(log.begin(), log.end(), '/', '_');
    task.log = run.folder() / "logs" / (log + ".log");
    task.queue = run.folder().parent_path() / "queue";
    tasks.push_back(std::move(task));
  }
}

}  // namespace myoseg
