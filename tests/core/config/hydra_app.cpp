#include "tests/core/config/hydra_app.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/config/compose/hydra.h"
#include "core/config/compose/hydra_flags.h"
#include "core/config/compose/print.h"
#include "core/config/sweep/sweep.h"
#include "core/config/tree/yaml_scalar.h"
#include "core/files.h"

namespace myoseg::testing {
namespace {

std::string python_json(const Node& node) {
  std::string out;
  if (const auto* map = node.get_if<Node::Map>()) {
    for (const auto& [key, value] : *map)
      out += (out.empty() ? "" : ", ") + nlohmann::json(key).dump() + ": " + python_json(value);
    return '{' + out + '}';
  }
  if (const auto* list = node.get_if<Node::List>()) {
    for (const Node& item : *list) out += (out.empty() ? "" : ", ") + python_json(item);
    return '[' + out + ']';
  }
  if (const auto* text = node.get_if<std::string>()) return nlohmann::json(*text).dump();
  if (const auto* value = node.get_if<double>())
    return *value == HUGE_VAL ? "Infinity" : float_text(*value);
  return node.text();
}

class App {
 public:
  App(std::filesystem::path folder, const std::tm& now) : folder_(std::move(folder)) {
    request_.now = now;
    request_.cwd = folder_;
    request_.job_name = "app";
  }

  AppResult run(std::vector<std::string> argv) {
    try {
      const ConfigFlags flags = take_config_flags(argv);
      for (const std::string& word : argv)
        if (word.starts_with('-')) throw usage_error("unknown flag {}", word);
      request_.overrides = argv;
      request_.search_path = {folder_ / flags.config_path.value_or("conf")};
      for (const auto& extra : flags.config_dirs) request_.search_path.push_back(folder_ / extra);
      request_.config_name = flags.config_name.empty() ? "config" : flags.config_name;
      dispatch(flags);
    } catch (const ConfigError& error) {
      fail(1, error.what());
    } catch (const Error& error) {
      fail(static_cast<int>(error.code()), error.what());
    }
    return result_;
  }

 private:
  void fail(int code, const std::string& sentence) {
    result_.exit_code = code;
    result_.error += sentence + '\n';
  }

  void dispatch(const ConfigFlags& flags) {
    if (flags.cfg || flags.info) {
      ComposeRequest request = request_;
      request.resolve = false;
      const Composition shown = compose(request);
      result_.out = flags.cfg ? cfg_text(shown, *flags.cfg, flags.package, flags.resolve)
                              : info_text(shown, *flags.info);
    } else if (flags.multirun || asks_for_sweep(request_)) {
      sweep();
    } else {
      run_job(compose(request_));
    }
  }

  void sweep() {
    const SweepPlan plan = expand_sweep(request_);
    write_file(std::filesystem::path(sweep_directory(plan.master)) / "multirun.yaml",
               to_yaml(with_hydra(plan.master)));
    std::vector<Composition> jobs;  // all are composed before the first one runs
    for (std::size_t i = 0; i < plan.jobs.size(); ++i)
      jobs.push_back(compose(job_request(request_, plan, i)));
    for (const Composition& job : jobs) run_job(job);
  }

  void run_job(const Composition& composition) {
    const std::filesystem::path output = output_directory(composition);
    const Node subdir = resolved_value(composition, {"hydra", "output_subdir"});
    if (const auto* name = subdir.get_if<std::string>()) {
      Node hydra{Node::Map{}};
      hydra.set("hydra", composition.hydra);
      write_file(output / *name / "config.yaml", to_yaml(composition.unresolved));
      write_file(output / *name / "overrides.yaml",
                 to_yaml(*composition.hydra.at_path("overrides.task")));
      write_file(output / *name / "hydra.yaml", to_yaml(hydra));
    }
    const Node name = resolved_value(composition, {"hydra", "job", "name"});
    write_file(output / (python_text(name) + ".log"), "");
    job(composition);
  }

  void job(const Composition& composition) {
    const Node* mode = composition.config.find("mode");
    const std::string what = mode == nullptr ? "" : python_text(*mode);
    if (what == "raise") return fail(1, "the job failed on purpose");
    if (what == "touch_missing") return fail(1, "'must' is missing");
    result_.out += "JOB " + python_json(composition.config) + "\nCWD " + folder_.string() + '\n';
  }

  std::filesystem::path folder_;
  ComposeRequest request_;
  AppResult result_;
};

}  // namespace

AppResult run_app(const std::filesystem::path& folder, std::vector<std::string> argv,
                  const std::tm& now) {
  return App(folder, now).run(std::move(argv));
}

}  // namespace myoseg::testing
