// The table of the one task: segmentation.
#include "experiments/run/pipeline.h"

#include "core/names.h"
#include "experiments/run/run_report.h"
#include "experiments/run/stages.h"

namespace myoseg {
namespace {

bool is_ensemble(const RunContext& run) { return !run.experiment().ensemble.empty(); }

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
     .work = [](RunContext& run, const JobPlace&) { return stage::prepare(run); }},
    {.name = "train",
     .id = "train/{0}{1}",
     .title = "train fold {0}{2}",
     .per_fold = true,
     .per_member = true,
     .folder = "fold_{0}{1}",
     .marker = "trained",
     .needs = {"prepare"},
     .leaves = {"best.safetensors", "last.safetensors", "log.csv"},
     .times = "log.csv",
     .work =
         [](RunContext& run, const JobPlace& place) {
           return stage::train_fold(run, place.fold, *place.member, run.experiment().train.epochs);
         }},
    {.name = "predict_member",
     .id = "predict/{0}{1}",
     .title = "predict fold {0}{2}",
     .per_fold = true,
     .per_member = true,
     .folder = "fold_{0}{1}",
     .marker = "predicted",
     .needs = {"train"},
     .leaves = {"predictions"},
     .work =
         [](RunContext& run, const JobPlace& place) {
           return stage::predict_member(run, place.fold, *place.member);
         },
     .applies = is_ensemble},
    {.name = "predict",
     .id = "predict/{0}",
     .title = "predict fold {0}",
     .per_fold = true,
     .folder = "fold_{0}",
     .marker = "predicted",
     .needs = {"train"},
     .leaves = {"predictions"},
     .work = [](RunContext& run,
                const JobPlace& place) { return stage::predict_fold(run, place.fold); }},
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
     .work = [](RunContext& run, const JobPlace&) { return stage::predict_external(run); },
     .applies = [](const RunContext& run) { return run.external().has_value(); }},
    {.name = "score",
     .id = "score",
     .title = "score",
     .marker = "scored",
     .needs = {"predict", "predict_external"},
     .leaves = {"scores.csv", "quantities.csv"},
     .inputs =
         [](const RunContext& run) { return run.external_hash() + join(run.experiment().metrics); },
     .work = [](RunContext& run, const JobPlace&) { return stage::score(run); }},
    {.name = "score_member",
     .id = "score{1}",
     .title = "score{2}",
     .per_member = true,
     .folder = "members{1}",
     .marker = "scored",
     .needs = {"predict_member"},
     .leaves = {"scores.csv", "quantities.csv"},
     .inputs = [](const RunContext& run) { return join(run.experiment().metrics); },
     .work = [](RunContext& run,
                const JobPlace& place) { return stage::score_member(run, *place.member); },
     .applies = is_ensemble},
    {.name = "report",
     .id = "report",
     .title = "report",
     .marker = "reported",
     .needs = {"score", "score_member"},
     .leaves = {"report.html", "tables"},
     .inputs =
         [](const RunContext& run) { return report_inputs(run.experiment(), run.external_hash()); },
     .work = [](RunContext& run, const JobPlace&) { return stage::report(run); }},
};

}  // namespace

Pipeline pipeline_of(const Experiment&) { return kSegmentation; }

}  // namespace myoseg
