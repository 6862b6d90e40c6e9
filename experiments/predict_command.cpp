// predict: new scans through a run's networks.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/names.h"
#include "core/progress.h"
#include "core/table.h"
#include "core/threads.h"
#include "data/image_io.h"
#include "eval/quantity_table.h"
#include "experiments/body.h"
#include "experiments/command_options.h"
#include "experiments/commands.h"
#include "experiments/external.h"
#include "experiments/run.h"
#include "experiments/run_data.h"
#include "experiments/run_folder.h"
#include "train/device.h"
#include "train/signals.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct PredictCommand {
  fs::path run, input, out, cases;
  std::vector<std::string> formats{".nii.gz"};
  std::vector<int> folds;
  std::string device = "auto";
  int threads = 0;
};
void describe(Fields& f, PredictCommand& o) {
  f("run", o.run, kAny.must_be_given(), "A trained run: its folder or its hash.");
  f("input", o.input, kAny.must_be_given(),
    "A scan, a DICOM series' folder, or a folder of scans.");
  f("out", o.out, kAny.must_be_given(), "Folder of the label maps and quantities.csv.");
  f("cases", o.cases,
    "Table with a column `case` that names scans; height_m (or height_cm) and l3_slice in it give "
    "the skeletal muscle index.");
  f("formats", o.formats, one_of({".nii.gz", ".nii", ".nrrd", ".seg.nrrd", ".mha", ".mhd"}),
    "Files written per scan.");
  f("folds", o.folds, at_least(0), "Folds whose networks predict; empty: all that are trained.");
  f("device", o.device, "auto, cpu, cuda or cuda:N.");
  f("threads", o.threads, at_least(0), "0: the cores this process may use.");
}

std::vector<fs::path> trained_checkpoints(const fs::path& run, const std::vector<int>& folds) {
  std::vector<fs::path> checkpoints;
  for (int k = 0; fs::exists(run / fmt::format("fold_{}", k)); ++k) {
    if (!folds.empty() && std::find(folds.begin(), folds.end(), k) == folds.end()) continue;
    const fs::path file = run / fmt::format("fold_{}", k) / "best.safetensors";
    if (fs::exists(file)) checkpoints.push_back(file);
  }
  if (checkpoints.empty())
    throw data_error("run={}: no fold there is trained; train it with 'myoseg train'",
                     run.string());
  if (!folds.empty() && checkpoints.size() != folds.size())
    throw data_error("run={}: {} of the {} folds asked for are trained", run.string(),
                     checkpoints.size(), folds.size());
  return checkpoints;
}

// What `table` knows of the scans' patients; an empty one knows nothing.
std::map<std::string, Body> bodies_of(const fs::path& table, const std::vector<Scan>& scans) {
  if (table.empty()) return {};
  std::map<std::string, Body> bodies = read_bodies(table);
  std::vector<std::string> unknown;
  for (const Scan& scan : scans)
    if (!bodies.contains(scan.name)) unknown.push_back(scan.name);
  if (unknown.size() == scans.size())
    throw data_error("cases={}: names none of the scans, which are {}", table.string(),
                     join(unknown));
  if (!unknown.empty())
    log::warn("cases={}: does not name {}; they get no skeletal muscle index", table.string(),
              join(unknown));
  return bodies;
}

fs::path run_file(const fs::path& run, const char* name) {
  if (!fs::exists(run / name))
    throw data_error("run={}: is no run folder, it has no {}", run.string(), name);
  return run / name;
}

}  // namespace

std::vector<FieldHelp> predict_options() { return help_fields(PredictCommand{}); }

int predict_command(const Request& request) {
  const auto options = only_options<PredictCommand>(request.overrides);
  set_thread_count(options.threads);
  use_threads();
  const fs::path run = find_run(options.run, default_runs_folder());
  const Experiment experiment = read_experiment(run / "config.yaml");
  const DataSummary data = read_data_summary(run_file(run, "dataset.json"));
  const std::vector<fs::path> checkpoints = trained_checkpoints(run, options.folds);
  const std::vector<Scan> scans = find_scans(options.input, static_cast<int>(data.channels.size()));
  const std::map<std::string, Body> bodies = bodies_of(options.cases, scans);
  const Predictor predictor =
      load_predictor(experiment, data, checkpoints, resolve_device(options.device).str());
  log::info("{} scans, {} networks", scans.size(), checkpoints.size());

  Table quantities = empty_quantities();
  Progress progress("predict", static_cast<std::int64_t>(scans.size()), "scans");
  for (const Scan& scan : scans) {
    const Image image = read_channels(scan.files);
    LabelMap map = predictor(image);
    postprocess(map, image, experiment.postprocess);
    for (const std::string& format : options.formats)
      write_label_map(options.out / (scan.name + format), map, data.labels);
    const auto body = bodies.find(scan.name);
    add_quantities(
        quantities, scan.name, "prediction",
        measure(image, map, data.regions, {}, body == bodies.end() ? Body() : body->second));
    write_file(options.out / "quantities.csv", to_csv(quantities));
    progress.advance();
    if (stop_requested()) return 130;
  }
  fmt::print("{} label maps and quantities.csv in {}\n", scans.size(), options.out.string());
  return 0;
}

}  // namespace myoseg
