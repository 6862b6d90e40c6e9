#include "experiments/command_line.h"

#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "core/error.h"
#include "core/log.h"
#include "core/names.h"
#include "experiments/commands.h"
#include "experiments/provenance.h"
#include "train/signals.h"

namespace myoseg {
namespace {

// libgomp's threads spin for milliseconds after each parallel region, which starves the loader's
// threads; the library reads its setting when it is loaded, so the program starts itself once more.
void calm_openmp(char** argv) {
  if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  setenv("GOMP_SPINCOUNT", "10000", 1);
  execv("/proc/self/exe", argv);
}

std::string typed(int argc, char** argv) {
  std::string text = "myoseg";
  for (int i = 1; i < argc; ++i) text += std::string(" ") + argv[i];
  return text;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  return names;
}

int fail(ExitCode code, const std::string& sentence) {
  std::fprintf(stderr, "myoseg: %s\n", sentence.c_str());
  return static_cast<int>(code);
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{"Muscle segmentation on CT: training and experiments.", "myoseg"};
  app.set_version_flag("--version", program_version());
  app.require_subcommand(0, 1);
  app.footer(
      "Values are set as key=value and choices as group=option, as in Hydra; see "
      "docs/configuration.md.");
  Request request;
  request.command_line = typed(argc, argv);
  for (const Command& command : commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.summary));
    sub->footer(fmt::format("For example: myoseg {} {}", command.name, command.usage));
    sub->add_option("overrides", request.overrides, "key=value or group=option");
    sub->add_option("--config-dir", request.config_dirs, "Folder of own configs, searched first")
        ->take_all()
        ->allow_extra_args(false);
    sub->add_flag("--dry-run", request.dry_run, "Print the plan and do nothing");
    sub->add_flag("--cfg", request.show_config,
                  "Print the resolved config, each value with its origin, and do nothing");
    sub->add_flag("-m,--multirun", request.multirun, "Run every combination of the swept values");
    sub->add_flag("--force", request.force, "Redo what is done already");
    sub->add_flag("--fail-fast", request.fail_fast, "Stop at the first failed job");
    sub->add_option("--rerun", request.rerun, "Repeat or vary the run in this folder");
  }
  // CLI11 would report an unknown word as an unexpected argument; the user misspelt a command.
  if (argc > 1 && argv[1][0] != '-') {
    const auto names = command_names();
    if (std::find(names.begin(), names.end(), argv[1]) == names.end())
      throw usage_error("there is no command '{}'{}; the commands are {}", argv[1],
                        did_you_mean(argv[1], names), join(names));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    throw usage_error("{}", error.what());
  }
  for (const Command& command : commands())
    if (app.got_subcommand(std::string(command.name))) return command.run(request);
  std::fputs(app.help().c_str(), stdout);
  return 0;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  calm_openmp(argv);
  stop_on_signals();
  try {
    return parse_and_run(argc, argv);
  } catch (const Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::failed,
                "out of memory; use a smaller loader.batch_size or preprocess.size");
  } catch (const std::exception& error) {
    const std::string what = error.what();
    return fail(ExitCode::failed,
                what.substr(0, what.find('\n')));  // libraries append stack traces
  }
}

}  // namespace myoseg
