// What the jobs of a run do; each reads files and leaves files.
#pragma once

#include "experiments/run/context.h"

namespace myoseg::stage {

// Each returns false when it was asked to stop, to be called again.

// dataset.json and splits.json in the run's folder; every case preprocessed in the cache.
bool prepare(RunContext& run);
// {best,last}.safetensors and log.csv in the member's folder of the fold, up to this epoch.
bool train_fold(RunContext& run, int fold, const Member& member, int until_epoch);
// The label maps of the fold's held-out cases, by its networks together.
bool predict_fold(RunContext& run, int fold);
// The same by one member of an ensemble.
bool predict_member(RunContext& run, int fold, const Member& member);
// The label maps of the external cases, by the networks of all folds together.
bool predict_external(RunContext& run);
// scores.csv, summary.csv and quantities.csv, of the external cases too; training_quantities.csv
// where cases are never held out.
bool score(RunContext& run);
// The same files of one member's predictions, in members/NAME.
bool score_member(RunContext& run, const Member& member);
// report.html, tables/ and figures/.
bool report(RunContext& run);

}  // namespace myoseg::stage
