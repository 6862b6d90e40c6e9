#include "experiments/experiment.h"

#include <algorithm>

#include "core/config/compose/vary.h"
#include "core/config/override/override.h"
#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/log.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// So that every weight is more than nothing of their sum.
const Limits kWeights = between(1e-6, 1e6);

// Rules between sections, which no section can check alone.
void check_together(const Experiment& e, Faults& faults, const Node& config) {
  const auto origin_of = [&](std::string_view path) {
    const Node* node = config.at_path(path);
    return node == nullptr ? Origin{} : node->origin;
  };
  if (e.train.precision == Precision::fp16 && e.runtime.device == "cpu")
    faults.add(origin_of("train.precision"), "train.precision",
               "fp16 needs a GPU; use fp32 or bf16 with runtime.device=cpu");
  if (e.predict.precision == Precision::fp16 && e.runtime.device == "cpu")
    faults.add(origin_of("predict.precision"), "predict.precision",
               "fp16 needs a GPU; use fp32 or bf16 with runtime.device=cpu");
  const auto computed = [&](const std::string& name) {
    return std::find(e.metrics.begin(), e.metrics.end(), name) != e.metrics.end();
  };
  for (const std::string& name : e.report.metrics)
    if (!computed(name))
      faults.add(origin_of("report.metrics"), "report.metrics",
                 "'" + name + "' is not among the metrics that are computed; add it to metrics");
  if (!computed(e.report.headline))
    faults.add(origin_of("report.headline"), "report.headline",
               "'" + e.report.headline +
                   "' is not among the metrics that are computed; add it to metrics");
}

// `model=null` chooses nothing; without this the section would silently take its defaults.
void refuse_empty_sections(const Composition& composition, Faults& faults) {
  const Experiment defaults;
  const Node sections = write_fields(defaults);
  for (const auto& [group, option] : composition.choices)
    if (!option && sections.find(group) != nullptr && composition.config.find(group) == nullptr)
      faults.add({}, group, "nothing is chosen here; 'myoseg list " + group + "' has the choices");
}

// A config may choose a model beside the ensemble; one that is typed would silently count nothing.
void refuse_model_of_ensemble(const std::vector<std::string>& overrides) {
  for (const std::string& text : overrides) {
    const std::string key = parse_override(text).key;
    if (key == "model" || key.starts_with("model."))
      throw usage_error(
          "{}: the experiment's networks are those of `ensemble`, which replaces `model`; say it as "
          "ensemble=[{{NAME: {{OPTION: VALUE}}}}], or take the one network with ensemble=[]",
          text);
  }
}

void bind_whole(ComposedExperiment& composed, const std::vector<std::string>& overrides) {
  Experiment& experiment = composed.experiment;
  Faults faults;
  refuse_empty_sections(composed.composition, faults);
  read_fields(composed.composition.config, experiment, "", faults);
  check_together(experiment, faults, composed.composition.config);
  faults.throw_if_any();
  if (experiment.ensemble.empty()) return;
  refuse_model_of_ensemble(overrides);
  experiment.model = experiment.ensemble.front();  // so that it makes no other run of the same
}

// What a run states. One that was made before there were kernels of our own used the library's.
Node stated_config(const fs::path& config_file) {
  Node config = load_yaml(config_file);
  Node* train = config.find("train");
  if (train != nullptr && train->find("kernels") == nullptr)
    train->set("kernels", Node(std::string(name_of(kernels::Kernels::library))));
  return config;
}

void add_lines(std::string& text, const Node& node, const Node& origins, const std::string& path,
               int depth) {
  for (const auto& [key, value] : *node.get_if<Node::Map>()) {
    const std::string inner = path.empty() ? key : path + "." + key;
    const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
    const auto* map = value.get_if<Node::Map>();
    if (map != nullptr && !map->empty()) {
      text += indent + key + ":\n";
      add_lines(text, value, origins, inner, depth + 1);
      continue;
    }
    const Node* written = origins.at_path(inner);
    const std::string line = indent + key + ": " + value.text();
    text += fmt::format("{:<56}  # {}\n", line,
                        written == nullptr ? "default" : written->origin.text());
  }
}

}  // namespace

void describe(Fields& f, RuntimeOptions& o) {
  f("runs", o.runs, kAny.without_effect(), "Folder of all runs.");
  f("cache", o.cache, kAny.without_effect(),
    "Folder of preprocessed cases and virtual cohorts; safe to delete.");
  f("device", o.device, kAny.without_effect(), "auto, cpu, cuda or cuda:N.");
  f("threads", o.threads, at_least(0).without_effect(),
    "Threads for everything together; 0: the cores this process may use.");
  f("log_level", o.log_level, kAny.without_effect(), "Least severe line shown.");
}

void describe(Fields& f, ExternalOptions& o) {
  f("root", o.root, "Folder of the external data set; empty: the virtual cohort.");
  f("table", o.table, "Attribute table; empty: cases.csv or groups.csv when there.");
  f("cohort", o.cohort, "Virtual cohort that is made when root is not given.");
}

void describe(Fields& f, Experiment& o) {
  f("name", o.name, "Name of the experiment; run folders start with it.");
  f("seed", o.seed, kNonNegative, "Decides folds, initial weights, order and augmentation.");
  f("cohort", o.cohort, "Virtual cohort that is made when data.root is not given.");
  f("data", o.data, "Data set: where it is and what its attributes mean.");
  f("validation", o.validation, "Cross-validation.");
  f("preprocess", o.preprocess, "From scan to network input.");
  f("augment", o.augment, "Random transforms of training slices.");
  f("loader", o.loader, "Batches.");
  f("model", o.model, "Network.");
  f("ensemble", o.ensemble, kAny.added_with(Node(Node::List{})),
    "Networks that are trained alike and whose probabilities are averaged, instead of the one of "
    "`model`: a list of NAME or {NAME: {OPTIONS}}; empty: the one network.");
  f("ensemble_weights", o.ensemble_weights, kWeights.added_with(Node(Node::List{})),
    "What each member of the ensemble counts, as many numbers as members; empty: all the same.");
  f.require(
      o.ensemble_weights.empty() || o.ensemble_weights.size() == o.ensemble.size(),
      fmt::format("ensemble_weights has {} numbers for the {} members of the ensemble; give one "
                  "for each, or none",
                  o.ensemble_weights.size(), o.ensemble.size()));
  f("init_from", o.init_from, kAny.deciding(Decides::content).in_hashes_as(Node("")),
    "File of weights that training starts from: safetensors, or PyTorch's .pt and .pth; empty: "
    "random weights.");
  f.require(o.ensemble.empty() || o.init_from.empty(),
            "init_from is the weights of one network, and an ensemble's members start from random "
            "ones; leave out init_from or ensemble");
  f("fine_tune", o.fine_tune, "What becomes of these weights, and how much of them moves.");
  f("loss", o.loss, "What training minimises.");
  f("optimizer", o.optimizer, "How weights move.");
  f("schedule", o.schedule, "How the learning rate moves.");
  f("train", o.train, "Training loop.");
  f("predict", o.predict, "Prediction of whole scans.");
  f("postprocess", o.postprocess, "What is done to a prediction before it counts.");
  f("metrics", o.metrics, kAny.deciding(Decides::scores).in_hashes_as(Node(Node::List{})),
    "Metrics that are computed of every case and region, by name; hdN is any percentile, nsd_Nmm "
    "any tolerance, and _monai, _medpy or _deepmind after a name takes that library's definition.");
  for (const std::string& name : o.metrics)
    f.require(is_metric(name), not_a_metric(name, "metrics"));
  f("external", o.external, kAny.deciding(Decides::scores).in_hashes_as(Node()),
    "Cases of another institution, predicted once by the networks of all folds together; null: "
    "none.");
  f("report", o.report,
    kAny.deciding(Decides::report).in_hashes_as(write_fields(ReportOptions{}, Written::hashed)),
    "Tables and figures.");
  f("analyses", o.analyses, kAny.deciding(Decides::report),
    "What else is computed of the cases' attributes, scores and quantities, and shown in the "
    "report: a list of {NAME: {OPTIONS}}.");
  f("sweep", o.sweep, kAny.without_effect(), "How -m chooses runs, beyond what the overrides say.");
  f("launcher", o.launcher, kAny.without_effect(), "Who does the jobs; changes no result.");
  f("runtime", o.runtime, "Where it is computed; changes no result.");
}

ComposeRequest experiment_request(const ConfigSource& configs,
                                  const std::vector<std::string>& overrides) {
  ComposeRequest request;
  request.search_path = config_folders(configs);
  request.config_name = configs.name;
  request.overrides = overrides;
  request.keys_checked_later = true;
  return request;
}

ComposedExperiment compose_experiment(const ConfigSource& configs,
                                      const std::vector<std::string>& overrides) {
  return compose_experiment(experiment_request(configs, overrides));
}

ComposedExperiment compose_experiment(const ComposeRequest& request) {
  ComposedExperiment composed;
  composed.composition = compose(request);
  bind_whole(composed, request.overrides);
  return composed;
}

void log_warnings(const Composition& composition) {
  for (const ComposeWarning& warning : composition.warnings) log::warn("{}", warning.text);
}

std::vector<std::string> what_differs(const Experiment& experiment,
                                      const std::vector<std::string>& overrides) {
  const std::vector<FieldHelp> fields = help_fields(experiment);
  std::vector<std::string> differs;
  for (const std::string& text : overrides) {
    const std::string key = parse_override(text).key;
    if (key == "experiment" || key.starts_with("hydra.")) continue;
    const Decides what = what_decides(fields, key);
    // Of a path only the name: where the file lies changes nothing.
    if (what == Decides::content)
      differs.push_back(key + "=" + fs::path(text.substr(text.find('=') + 1)).filename().string());
    else if (what == Decides::network)
      differs.push_back(text.substr(text.find_first_not_of('+')));
  }
  return differs;
}

Experiment read_experiment(const fs::path& config_file) {
  return bind<Experiment>(stated_config(config_file));
}

ComposedExperiment vary_experiment(const fs::path& config_file, const ConfigSource& configs,
                                   const std::vector<std::string>& overrides) {
  ComposeRequest request = experiment_request(configs, overrides);
  ComposedExperiment composed;
  composed.composition.config = vary(stated_config(config_file), request);
  bind_whole(composed, overrides);
  return composed;
}

std::string config_with_origins(const ComposedExperiment& composed) {
  std::string text;
  add_lines(text, write_fields(composed.experiment), composed.composition.config, "", 0);
  return text;
}

}  // namespace myoseg
