#include "experiments/run/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/names.h"
#include "experiments/run/run_report.h"
#include "experiments/run/stages.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::string with_fold(std::string_view text, int fold) {
  return fmt::format(fmt::runtime(text), fold);
}

// Work that logs to its run's folder too.
std::function<bool()> logged(const fs::path& run_folder, std::function<bool()> work) {
  return [run_folder, work = std::move(work)] {
    const log::FileScope also(run_folder / "log.txt");
    return work();
  };
}

// The stage and all that it needs, directly or not.
std::set<std::string_view> needed(Pipeline pipeline, std::string_view last) {
  std::set<std::string_view> names{last};
  for (const std::string_view before : stage_named(pipeline, last).needs)
    names.merge(needed(pipeline, before));
  return names;
}

// Of these stages the ones that one fold alone has a use for; all where none is of a fold.
std::set<std::string_view> for_one_fold(Pipeline pipeline,
                                        const std::set<std::string_view>& names) {
  std::set<std::string_view> of_fold;
  for (const std::string_view name : names)
    if (stage_named(pipeline, name).per_fold) of_fold.merge(needed(pipeline, name));
  return of_fold.empty() ? names : of_fold;
}

// Jobs of one run, each after those of the stages that it needs.
class Jobs {
 public:
  Jobs(Pipeline pipeline, RunContext& run) : pipeline_(pipeline), run_(run) {}

  void add(const RunStage& stage, int fold) {
    if (stage.applies != nullptr && !stage.applies(run_)) return;
    std::optional<Job> job = stage.shared != nullptr ? stage.shared(run_) : of_stage(stage, fold);
    if (!job) return;
    for (const Made& before : made_)
      if (std::find(stage.needs.begin(), stage.needs.end(), before.stage) != stage.needs.end() &&
          (!stage.per_fold || before.fold < 0 || before.fold == fold))
        job->after.push_back(before.id);
    made_.push_back({stage.name, fold, job->id});
    jobs_.push_back(std::move(*job));
  }
  [[nodiscard]] std::vector<Job> take() { return std::move(jobs_); }

 private:
  struct Made {
    std::string_view stage;
    int fold;
    std::string id;
  };

  [[nodiscard]] Job of_stage(const RunStage& stage, int fold) const {
    RunContext* run = &run_;
    return stage_job(stage, run_.folder(), run_.hash(),
                     stage.inputs != nullptr ? stage.inputs(run_) : "", fold,
                     [run, work = stage.work, fold] { return work(*run, fold); });
  }

  Pipeline pipeline_;
  RunContext& run_;
  std::vector<Made> made_;
  std::vector<Job> jobs_;
};

// Neighbouring stages of a fold are done fold by fold: its prediction follows its training.
template <class Wanted>
std::vector<Job> expand(Pipeline pipeline, RunContext& run, int first, int end,
                        const Wanted& wanted) {
  Jobs jobs(pipeline, run);
  for (std::size_t i = 0; i < pipeline.size();) {
    std::size_t next = i + 1;
    if (!pipeline[i].per_fold) {
      if (wanted(pipeline[i])) jobs.add(pipeline[i], -1);
    } else {
      while (next < pipeline.size() && pipeline[next].per_fold) ++next;
      for (int fold = first; fold < end; ++fold)
        for (std::size_t k = i; k < next; ++k)
          if (wanted(pipeline[k])) jobs.add(pipeline[k], fold);
    }
    i = next;
  }
  return jobs.take();
}

const RunStage kSegmentation[] = {
    {.name = "cohort",
     .shared = [](const RunContext& run) { return run.source().making("cohort"); }},
    {.name = "project",
     .needs = {"cohort"},
     .shared = [](const RunContext& run) { return run.source().projecting("project"); }},
    {.name = "prepare",
     .id = "prepare",
     .title = "prepare the cases",
     .marker = "prepared",
     .needs = {"cohort", "project"},
     .leaves = {"dataset.json", "splits.json"},
     .work = [](RunContext& run, int) { return stage::prepare(run); }},
    {.name = "train",
     .id = "train/{}",
     .title = "train fold {}",
     .per_fold = true,
     .folder = "fold_{}",
     .marker = "trained",
     .needs = {"prepare"},
     .leaves = {"best.safetensors", "last.safetensors", "log.csv"},
     .times = "log.csv",
     .work = [](RunContext& run,
                int fold) { return stage::train_fold(run, fold, run.experiment().train.epochs); }},
    {.name = "predict",
     .id = "predict/{}",
     .title = "predict fold {}",
     .per_fold = true,
     .folder = "fold_{}",
     .marker = "predicted",
     .needs = {"train"},
     .leaves = {"predictions"},
     .work = stage::predict_fold},
    {.name = "external_cohort",
     .shared =
         [](const RunContext& run) {
           return run.external() ? run.external()->making("external_cohort") : std::nullopt;
         }},
    {.name = "project_external",
     .needs = {"external_cohort"},
     .shared =
         [](const RunContext& run) {
           return run.external() ? run.external()->projecting("project_external") : std::nullopt;
         }},
    {.name = "predict_external",
     .id = "predict/external",
     .title = "predict the external cases",
     .folder = "external",
     .marker = "predicted",
     .needs = {"train", "external_cohort", "project_external"},
     .leaves = {"predictions", "models.json"},
     .inputs = [](const RunContext& run) { return run.external_hash(); },
     .work = [](RunContext& run, int) { return stage::predict_external(run); },
     .applies = [](const RunContext& run) { return run.external().has_value(); }},
    {.name = "score",
     .id = "score",
     .title = "score",
     .marker = "scored",
     .needs = {"predict", "predict_external"},
     .leaves = {"scores.csv", "quantities.csv"},
     .inputs =
         [](const RunContext& run) { return run.external_hash() + join(run.experiment().metrics); },
     .work = [](RunContext& run, int) { return stage::score(run); }},
    {.name = "report",
     .id = "report",
     .title = "report",
     .marker = "reported",
     .needs = {"score"},
     .leaves = {"report.html", "tables"},
     .inputs =
         [](const RunContext& run) { return report_inputs(run.experiment(), run.external_hash()); },
     .work = [](RunContext& run, int) { return stage::report(run); }},
};

}  // namespace

const RunStage& stage_named(Pipeline pipeline, std::string_view name) {
  const auto stage = std::find_if(pipeline.begin(), pipeline.end(),
                                  [&](const RunStage& one) { return one.name == name; });
  if (stage == pipeline.end()) throw usage_error("this task has no stage '{}'", name);
  return *stage;
}

Job stage_job(const RunStage& stage, const fs::path& run_folder, const std::string& run_hash,
              const std::string& inputs, int fold, std::function<bool()> work) {
  const fs::path folder = run_folder / with_fold(stage.folder, fold);
  Job job{.id = with_fold(stage.id, fold),
          .name = with_fold(stage.title, fold),
          .marker = folder / fmt::format("{}.json", stage.marker),
          .inputs = {},
          .outputs = {},
          .after = {},
          .times = stage.times.empty() ? fs::path() : folder / stage.times,
          .work = logged(run_folder, std::move(work))};
  job.inputs = job_inputs(run_hash, job.name, inputs);
  for (const std::string_view file : stage.leaves) job.outputs.push_back(folder / file);
  return job;
}

Pipeline pipeline_of(const Experiment&) { return kSegmentation; }

std::vector<Job> jobs_until(Pipeline pipeline, std::string_view last, RunContext& run,
                            std::optional<int> fold) {
  if (fold && (*fold < 0 || *fold >= run.folds()))
    throw usage_error("fold={}: there are folds 0 to {} (validation.folds={})", *fold,
                      run.folds() - 1, run.folds());
  std::set<std::string_view> names = needed(pipeline, last);
  if (fold) names = for_one_fold(pipeline, names);
  const auto wanted = [&](const RunStage& stage) { return names.contains(stage.name); };
  return expand(pipeline, run, fold.value_or(0), fold ? *fold + 1 : run.folds(), wanted);
}

std::vector<Job> all_jobs(Pipeline pipeline, RunContext& run) {
  return expand(pipeline, run, 0, run.folds(), [](const RunStage&) { return true; });
}

Job training_until(RunContext& run, int fold, int epoch) {
  const std::string title = fmt::format("train fold {} to epoch {}", fold, epoch);
  return {.id = fmt::format("train/{}/{}", fold, epoch),
          .name = title,
          .marker = run.fold_folder(fold) / fmt::format("trained_{}.json", epoch),
          .inputs = job_inputs(run.hash(), title),
          .outputs = {},
          .after = {"prepare"},
          .work = logged(run.folder(),
                         [&run, fold, epoch] { return stage::train_fold(run, fold, epoch); })};
}

}  // namespace myoseg
