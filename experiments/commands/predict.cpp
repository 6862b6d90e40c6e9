// predict: new scans through a run's networks.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/names.h"
#include "core/progress.h"
#include "core/table/table.h"
#include "core/threads.h"
#include "data/inspect/modality.h"
#include "data/io/image_files.h"
#include "data/load/cache.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/ledger/run_folder.h"
#include "experiments/predict/predicted_scans.h"
#include "experiments/predict/regressions.h"
#include "experiments/predict/scans.h"
#include "experiments/run/body_table.h"
#include "experiments/run/failures.h"
#include "experiments/run/provenance.h"
#include "experiments/run/run_data.h"
#include "models/runtime/device.h"
#include "train/signals.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

struct PredictCommand {
  fs::path run, input, out, cases;
  std::vector<std::string> formats{".nii.gz"};
  std::vector<double> spacing_mm;
  std::vector<int> folds;
  std::string device = "auto";
  int threads = 0;
};
void describe(Fields& f, PredictCommand& o) {
  f("run", o.run, kAny.must_be_given(), "A trained run: its folder or its hash.");
  f("input", o.input, kAny.must_be_given(),
    "A scan or radiograph (a file, or a folder of DICOM), or a folder of them.");
  f("out", o.out, kAny.must_be_given(),
    "Folder of the label maps, quantities.csv and, of a run with a regression, regression.csv.");
  f("cases", o.cases,
    "Table with a column `case` that names scans; height_m (or height_cm) and l3_slice in it give "
    "the skeletal muscle index, and other columns, such as age and sex, what a regression of the "
    "run needs.");
  f("formats", o.formats,
    one_of({".nii.gz", ".nii", ".nrrd", ".seg.nrrd", ".mha", ".mhd", ".png", ".tif", "dicom_seg",
            "rtstruct"}),
    "Files written per scan; .png and .tif hold one slice. dicom_seg and rtstruct are DICOM objects "
    "(SEG, RTSTRUCT) that refer to the scan's series.");
  f("spacing_mm", o.spacing_mm, Limits{.low = 0, .high = 100, .low_open = true}.in("mm"),
    "Width and height of a pixel of images that state none (pictures, some radiographs); not "
    "applied to those that do.");
  f.require(o.spacing_mm.empty() || o.spacing_mm.size() == 2,
            "spacing_mm needs two numbers, the width and the height of a pixel");
  f("folds", o.folds, at_least(0), "Folds whose networks predict; empty: all that are trained.");
  f("device", o.device, "auto, cpu, cuda or cuda:N.");
  f("threads", o.threads, at_least(0), "0: the cores this process may use.");
  f.require(std::set<int>(o.folds.begin(), o.folds.end()).size() == o.folds.size(),
            "folds names a fold twice");
}

// The networks of the folds that are trained, of these alone where some are named; all members of
// such a fold, whether they are there or not.
std::vector<FoldNetwork> trained_networks(const fs::path& run, const Experiment& experiment,
                                          const std::vector<int>& folds) {
  std::vector<FoldNetwork> networks = networks_in(run, experiment);
  std::set<int> trained;
  for (const FoldNetwork& network : networks)
    if (fs::exists(network.checkpoint()) &&
        (folds.empty() || std::find(folds.begin(), folds.end(), network.fold) != folds.end()))
      trained.insert(network.fold);
  if (trained.empty())
    throw data_error("run={}: no fold there is trained; train it with 'myoseg train'",
                     run.string());
  if (!folds.empty() && trained.size() != folds.size())
    throw data_error("run={}: {} of the {} folds asked for are trained", run.string(),
                     trained.size(), folds.size());
  std::erase_if(networks, [&](const FoldNetwork& one) { return !trained.contains(one.fold); });
  return networks;
}

// What `table` knows of the scans' patients; an empty one knows nothing.
BodyTable bodies_of(const fs::path& table, const std::vector<Scan>& scans, bool needs_height) {
  if (table.empty()) return {};
  BodyTable bodies = read_body_table(table, needs_height);
  std::vector<std::string> unknown;
  for (const Scan& scan : scans)
    if (!bodies.contains(match_key(scan.name))) unknown.push_back(scan.name);
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

// What the run's checkpoints say they are of; empty where the folder does not say.
std::string hash_of(const fs::path& run) {
  const fs::path file = run / "provenance.json";
  if (!fs::exists(file)) return "";
  for (const auto& [name, value] : provenance_rows(file))
    if (name == "run") return value;
  return "";
}

// The networks' weights, what their outputs mean, and every option that decides.
std::string networks_hash(const fs::path& run, const Experiment& experiment,
                          const std::vector<FoldNetwork>& networks) {
  Hasher hasher;
  hasher.add(config_hash(experiment)).add(hash_file(run / "dataset.json"));
  for (const FoldNetwork& network : networks) hasher.add(hash_file(network.checkpoint()));
  return hasher.hex();
}

// A damaged header is answered for when its scan is predicted.
std::vector<fs::path> readable_files(const fs::path& image) {
  try {
    return image_files(image);
  } catch (const Error&) {
    return {image};
  }
}

// No scan, table or network of this command is written over, and no two label maps are one file.
void check_outputs(const std::vector<Scan>& scans, const ScanPrediction& how,
                   std::vector<fs::path> inputs) {
  std::vector<fs::path> outputs{how.out / kQuantitiesFile, how.out / kRegressionFile};
  std::map<fs::path, std::string> scan_of;
  for (const Scan& scan : scans) {
    for (const fs::path& file : maps_of(scan, how)) {
      const auto [other, fresh] = scan_of.emplace(file, scan.name);
      if (!fresh)
        throw data_error("{} would be the label map of {} and of {}; rename one of the scans",
                         file.string(), other->second, scan.name);
      outputs.push_back(file);
      outputs.push_back(fs::path(file).replace_extension(".raw"));  // the voxels of an .mhd
    }
    for (const fs::path& file : scan.files) {
      for (fs::path& part : readable_files(file)) inputs.push_back(std::move(part));
      std::error_code error;
      if (fs::equivalent(file, how.out, error))
        throw usage_error(
            "out={}: is the folder of a DICOM series that is read; write somewhere "
            "else",
            how.out.string());
    }
  }
  keep_inputs(inputs, outputs);
}

void warn_of_modality(const Scan& scan, const ScanPrediction& how) {
  for (std::size_t c = 0; c < scan.files.size(); ++c) {
    // Networks of projected CTs are for radiographs, whatever was projected.
    const std::string channel = how.experiment.data.projection ? "DRR" : how.data.channels[c];
    if (const std::string doubt = modality_doubt(scan.files[c], channel); !doubt.empty())
      log::warn("{}: {}", scan.name, doubt);
  }
}

struct Counts {
  std::size_t made = 0, kept = 0, elsewhere = 0;
};

// False: asked to stop.
bool predict_scans(const std::vector<Scan>& scans, const ScanPrediction& how, bool force,
                   Counts& counts, Failures& failures) {
  FileHashes hashes(how.out / ".myoseg" / kRememberedHashes);
  remove_abandoned(how.out);
  Progress progress("predict", static_cast<std::int64_t>(scans.size()), "scans");
  for (const Scan& scan : scans) {
    if (stop_requested()) return false;
    failures.survives(scan.name, [&] {
      if (!scan.problem.empty()) throw data_error("{}", scan.problem);
      const Job job = predict_job(scan, how, hashes);
      if (force) forget(job);
      if (is_done(job)) return void(++counts.kept);
      warn_of_modality(scan, how);
      ++(perform(job) == Performed::elsewhere ? counts.elsewhere : counts.made);
    });
    progress.advance();
  }
  return true;
}

}  // namespace

std::vector<FieldHelp> predict_options() { return help_fields(PredictCommand{}); }

int predict_command(const Request& request) {
  const auto options = only_options<PredictCommand>(request.overrides);
  set_thread_count(options.threads);
  use_threads();
  keep_memory();
  const fs::path run = find_run(options.run, default_runs_folder());
  const at::Device device = resolve_device(options.device);
  Experiment experiment = read_experiment(run / "config.yaml");
  if (experiment.predict.precision == Precision::fp16 && !device.is_cuda()) {
    log::warn("the run predicts in fp16, which needs a GPU: fp32 is used here");
    experiment.predict.precision = Precision::fp32;
  }
  const DataSummary data = read_data_summary(run_file(run, "dataset.json"));
  const std::vector<FoldNetwork> networks = trained_networks(run, experiment, options.folds);
  const auto [scans, skipped] =
      find_scans(options.input, static_cast<int>(data.channels.size()), options.out);
  const std::vector<RegressionModel> regressions = regressions_of(run, experiment);
  const Predictor predictor = load_predictor(experiment, data, networks, hash_of(run), device);
  const ScanPrediction how{predictor,
                           experiment,
                           data,
                           networks_hash(run, experiment, networks),
                           options.out,
                           options.formats,
                           bodies_of(options.cases, scans, declared_regressions(experiment) == 0),
                           options.spacing_mm,
                           hash_of(run)};
  std::vector<fs::path> inputs;
  for (const FoldNetwork& network : networks) inputs.push_back(network.checkpoint());
  if (!options.cases.empty()) inputs.push_back(options.cases);
  check_outputs(scans, how, std::move(inputs));
  for (const std::string& kind : skipped) log::info("{}: skipped {}", options.input.string(), kind);
  log::info("{} scans, {} networks", scans.size(), networks.size());

  Counts counts;
  Failures failures;
  const bool whole = predict_scans(scans, how, request.force, counts, failures);
  const std::size_t measured = write_quantities(how);
  fmt::print("{} of {} scans predicted ({} now, {} before); quantities.csv of {} scans in {}\n",
             counts.made + counts.kept, scans.size(), counts.made, counts.kept, measured,
             options.out.string());
  if (!regressions.empty())
    fmt::print("regression.csv: {} of {} scans\n",
               write_regressions(regressions, scans, how, options.cases, failures), scans.size());
  if (!whole) return 130;
  failures.throw_if_any(scans.size(), "scans");
  if (counts.elsewhere > 0)
    throw failure(
        "{} scans are being predicted by another process; the same command completes "
        "quantities.csv when it is done",
        counts.elsewhere);
  return 0;
}

}  // namespace myoseg
