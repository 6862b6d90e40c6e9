#include "experiments/cli/commands.h"

#include <array>

namespace myoseg {

std::span<const Command> commands() {
  static constexpr std::array kCommands{
      Command{"run", "Everything: prepare, train all folds, predict, score, report.",
              "experiment=NAME [data.root=FOLDER] [preset=quick] [key=value ...]", run_command,
              true, true, jobs_options},
      Command{"synthesize", "Make a virtual cohort.", "[cohort=l3] [cohort.subjects=40] out=FOLDER",
              synthesize_command, true, true, synthesize_options},
      Command{"import", "Make a data set from an export of an archive (DICOM).",
              "source=EXPORT out=DATASET [labels=[{name: muscle, from: [psoas_*]}]] [--dry-run]",
              import_command, false, true, import_options},
      Command{"inspect", "Check a data set before hours are spent on it.",
              "data.root=FOLDER [out=FOLDER]", inspect_command, true, true, inspect_options},
      Command{"prepare", "Preprocess all cases into the cache.", "experiment=NAME [key=value ...]",
              prepare_command, true, true, jobs_options},
      Command{"train", "Train one fold or all; asked again it goes on.",
              "experiment=NAME [fold=3] [key=value ...]", train_command, true, true, jobs_options},
      Command{"info", "Layers, shapes, parameters and memory of the network.",
              "experiment=NAME [classes=6] [channels=1]", info_command, true, true, info_options},
      Command{"predict", "Segment new scans with a run's networks.",
              "run=RUN input=SCAN_OR_FOLDER out=FOLDER", predict_command, false, true,
              predict_options},
      Command{"drr", "Project CTs, and masks, to radiographs.",
              "input=CT_OR_FOLDER [mask=FILE_OR_FOLDER] out=FOLDER [view=coronal]", drr_command,
              false, true, drr_options},
      Command{"convert", "Weights from one kind of file into another.",
              "FILE|run=RUN [fold=0] out=FILE.{safetensors,pt} [to=hf]", convert_command, false,
              true, convert_options},
      Command{"evaluate", "Score any software's masks.",
              "predictions=FOLDER labels=FOLDER [images=FOLDER] [out=FOLDER]", evaluate_command,
              false, true, evaluate_options},
      Command{"agreement", "Inter-rater agreement of two or more readers' masks.",
              "masks=[FOLDER,FOLDER] [images=FOLDER] [out=FOLDER]", agreement_command, false, true,
              agreement_options},
      Command{"statistics", "Correlation, agreement and tests of columns of a table.",
              "tables=[FILE.csv] columns=[A,B] [group=COLUMN]", statistics_command, false, false,
              statistics_options},
      Command{"report", "Make a run's report again, from its scores alone.",
              "RUN [report.KEY=VALUE ...]", report_command, true, true, report_options},
      Command{"compare", "Paired tests, ranking and cost of runs on the same cases.",
              "RUN RUN ... [metric=dice] [names=[A,B]] [out=FOLDER]", compare_command, false, true,
              compare_options},
      Command{"runs", "List runs: state, score, time, what differs; or compare two.",
              "[state=failed] [sort=score] ['diff=[HASH,HASH]']", runs_command, false, false,
              runs_options},
      Command{"doctor", "What this machine has of what myoseg uses, and what to do about the rest.",
              "[runs=FOLDER] [cache=FOLDER]", doctor_command, false, true, doctor_options},
      Command{"launch", "Several processes on this machine that train a network together.",
              "processes=2 {train|run} experiment=NAME [key=value ...]", launch_command, true, true,
              launch_options},
      Command{"help", "Explain a command, group, choice or key.",
              "[COMMAND | GROUP | GROUP=CHOICE | KEY]", nullptr, true, false},
      Command{"list", "List models, losses, metrics, experiments, groups ...",
              "[models | losses | metrics | experiments | GROUP ...]", nullptr, true, false},
      Command{"completion", "Print a script that completes commands in the shell.", "bash|zsh",
              nullptr, false, false},
  };
  return kCommands;
}

}  // namespace myoseg
