#include "experiments/run/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "experiments/run/stages.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

std::string at_place(std::string_view text, const JobPlace& place) {
  const std::string member = place.member == nullptr ? "" : place.member->place;
  return fmt::format(fmt::runtime(text), place.fold, member.empty() ? "" : "/" + member,
                     member.empty() ? "" : ", " + member);
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

// What says how many there are.
std::string number_of_folds(const RunContext& run) {
  const ValidationScheme scheme = run.experiment().validation.scheme;
  return scheme == ValidationScheme::folds ? fmt::format("validation.folds={}", run.folds())
                                           : fmt::format("validation.scheme={}", name_of(scheme));
}

// Jobs of one run, each after those of the stages that it needs.
class Jobs {
 public:
  Jobs(Pipeline pipeline, RunContext& run) : pipeline_(pipeline), run_(run) {}

  void add(const RunStage& stage, int fold) {
    if (stage.applies != nullptr && !stage.applies(run_)) return;
    if (!stage.per_member) return add_one(stage, {fold, nullptr});
    for (const Member& member : run_.members()) add_one(stage, {fold, &member});
  }
  [[nodiscard]] std::vector<Job> take() { return std::move(jobs_); }

 private:
  struct Made {
    std::string_view stage;
    JobPlace place;
    std::string id;
  };

  void add_one(const RunStage& stage, const JobPlace& place) {
    std::optional<Job> job = stage.shared != nullptr ? stage.shared(run_) : of_stage(stage, place);
    if (!job) return;
    for (const Made& before : made_)
      if (waits(stage, place, before)) job->after.push_back(before.id);
    made_.push_back({stage.name, place, job->id});
    jobs_.push_back(std::move(*job));
  }
  // Whether a job of `stage` at that place waits for that one.
  [[nodiscard]] static bool waits(const RunStage& stage, const JobPlace& place,
                                  const Made& before) {
    const bool needed =
        std::find(stage.needs.begin(), stage.needs.end(), before.stage) != stage.needs.end();
    const bool same_fold =
        place.fold < 0 || before.place.fold < 0 || before.place.fold == place.fold;
    const bool same_member = place.member == nullptr || before.place.member == nullptr ||
                             before.place.member == place.member;
    return needed && same_fold && same_member;
  }

  [[nodiscard]] Job of_stage(const RunStage& stage, const JobPlace& place) const {
    RunContext* run = &run_;
    return stage_job(stage, run_.folder(), run_.hash(),
                     stage.inputs != nullptr ? stage.inputs(run_) : "", place,
                     [run, work = stage.work, place] { return work(*run, place); });
  }

  Pipeline pipeline_;
  RunContext& run_;
  std::vector<Made> made_;
  std::vector<Job> jobs_;
};

// Neighbouring stages of a fold are done fold by fold: its predictions follow its trainings.
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

}  // namespace

const RunStage& stage_named(Pipeline pipeline, std::string_view name) {
  const auto stage = std::find_if(pipeline.begin(), pipeline.end(),
                                  [&](const RunStage& one) { return one.name == name; });
  if (stage == pipeline.end()) throw usage_error("this task has no stage '{}'", name);
  return *stage;
}

Job stage_job(const RunStage& stage, const fs::path& run_folder, const std::string& run_hash,
              const std::string& inputs, const JobPlace& place, std::function<bool()> work) {
  const fs::path folder = run_folder / at_place(stage.folder, place);
  Job job{.id = at_place(stage.id, place),
          .name = at_place(stage.title, place),
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

std::vector<Job> jobs_until(Pipeline pipeline, std::string_view last, RunContext& run,
                            std::optional<int> fold) {
  if (fold && (*fold < 0 || *fold >= run.folds()))
    throw usage_error(
        "fold={}: there {} ({})", *fold,
        run.folds() == 1 ? "is fold 0 alone" : fmt::format("are folds 0 to {}", run.folds() - 1),
        number_of_folds(run));
  std::set<std::string_view> names = needed(pipeline, last);
  if (fold) names = for_one_fold(pipeline, names);
  const auto wanted = [&](const RunStage& stage) { return names.contains(stage.name); };
  return expand(pipeline, run, fold.value_or(0), fold ? *fold + 1 : run.folds(), wanted);
}

std::vector<Job> all_jobs(Pipeline pipeline, RunContext& run) {
  return expand(pipeline, run, 0, run.folds(), [](const RunStage&) { return true; });
}

Job training_until(RunContext& run, int fold, const Member& member, int epoch) {
  const JobPlace place{fold, &member};
  const std::string title =
      at_place("train fold {0}{2}", place) + fmt::format(" to epoch {}", epoch);
  return {.id = at_place("train/{0}{1}", place) + fmt::format("/{}", epoch),
          .name = title,
          .marker =
              run.folder() / at_place("fold_{0}{1}", place) / fmt::format("trained_{}.json", epoch),
          .inputs = job_inputs(run.hash(), title),
          .outputs = {},
          .after = {"prepare"},
          .work = logged(run.folder(), [&run, fold, &member, epoch] {
            return stage::train_fold(run, fold, member, epoch);
          })};
}

}  // namespace myoseg
