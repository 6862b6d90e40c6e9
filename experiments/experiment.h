// One experiment: everything that decides what a run computes, composed from configs/ and the
// command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/config/compose/compose.h"
#include "core/fields/pick.h"
#include "core/log.h"
#include "data/augment/augment.h"
#include "data/cohort/cohort.h"
#include "data/dataset/dataset.h"
#include "data/dataset/folds.h"
#include "data/load/loader.h"
#include "data/prepare/preprocess.h"
#include "eval/analysis/analysis.h"
#include "eval/predict/postprocess.h"
#include "eval/predict/predictor.h"
#include "eval/report/report.h"
#include "experiments/config_folders.h"
#include "experiments/launch/launcher.h"
#include "experiments/sweep_options.h"
#include "losses/loss.h"
#include "models/networks.h"
#include "train/checkpoints/init_from.h"
#include "train/optimizers/optimizer.h"
#include "train/schedules/schedule.h"
#include "train/train_options.h"

namespace myoseg {

// Where and on what a run is computed; none of it changes a result.
struct RuntimeOptions {
  std::filesystem::path runs = "runs";    // each run is a folder in it
  std::filesystem::path cache = "cache";  // preprocessed cases and virtual cohorts
  std::string device = "auto";
  int threads = 0;
  log::Level log_level = log::Level::info;
};
void describe(Fields& f, RuntimeOptions& o);

// Cases of another institution: predicted once, by the networks of all folds together, when these
// are trained. What labels, regions and slices mean is the experiment's.
struct ExternalOptions {
  std::filesystem::path root;  // folder with dataset.json
  std::string table;           // attributes, see DataOptions
  Pick<CohortEntry> cohort;    // made when root is not given
};
void describe(Fields& f, ExternalOptions& o);

struct Experiment {
  std::string name = "experiment";
  std::int64_t seed = 0;
  Pick<CohortEntry> cohort;  // made when data.root is not given
  DataOptions data;
  ValidationOptions validation;
  PreprocessOptions preprocess;
  AugmentOptions augment;
  LoaderOptions loader;
  Pick<NetworkEntry> model;  // of an ensemble the first member
  // Networks that are trained alike and answer together, instead of `model`; see members.h.
  std::vector<Pick<NetworkEntry>> ensemble;
  std::vector<double> ensemble_weights;  // of their probabilities; empty: all the same
  std::filesystem::path init_from;       // weights that training starts from; empty: none
  FineTuneOptions fine_tune;
  Pick<LossEntry> loss;
  Pick<OptimizerEntry> optimizer;
  Pick<ScheduleEntry> schedule;
  TrainOptions train;
  PredictOptions predict;
  PostprocessOptions postprocess;
  // What is computed of every case.
  std::vector<std::string> metrics = usual_metrics();
  std::optional<ExternalOptions> external;
  ReportOptions report;
  std::vector<Pick<AnalysisEntry>> analyses;  // of the cases' values, in the report
  SweepOptions sweep;
  Pick<LauncherEntry> launcher;
  RuntimeOptions runtime;
};
void describe(Fields& f, Experiment& o);

// Composes configs/myoseg.yaml with the overrides and binds it; every fault in one
// Error(bad_usage).
struct ComposedExperiment {
  Experiment experiment;
  Composition composition;
};
[[nodiscard]] ComposedExperiment compose_experiment(const ConfigSource& configs,
                                                    const std::vector<std::string>& overrides);
[[nodiscard]] ComposedExperiment compose_experiment(const ComposeRequest& request);
// Tells the user what composing found odd.
void log_warnings(const Composition& composition);
// The request behind it, for sweeps and for looking at the composition itself.
[[nodiscard]] ComposeRequest experiment_request(const ConfigSource& configs,
                                                const std::vector<std::string>& overrides);
// The overrides that change results, without the experiment's name and a leading '+': what a run's
// folder is named by.
[[nodiscard]] std::vector<std::string> what_differs(const Experiment& experiment,
                                                    const std::vector<std::string>& overrides);

// The experiment that a run's config.yaml states.
[[nodiscard]] Experiment read_experiment(const std::filesystem::path& config_file);
// The same with overrides on top. A group's choice replaces that whole section; a choice that
// changes several sections (experiment, preset) is an Error(bad_usage).
[[nodiscard]] ComposedExperiment vary_experiment(const std::filesystem::path& config_file,
                                                 const ConfigSource& configs,
                                                 const std::vector<std::string>& overrides);

// The whole resolved config, one line per value, with where the value was written.
[[nodiscard]] std::string config_with_origins(const ComposedExperiment& composed);

}  // namespace myoseg
