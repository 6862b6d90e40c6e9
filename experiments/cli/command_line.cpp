#include "experiments/cli/command_line.h"

#include <algorithm>
#include <cstdio>

#include "experiments/cli/config_print.h"
#include "experiments/cli/exit_code.h"
#include "experiments/cli/manual_commands.h"
#include "train/signals.h"

namespace myoseg {
namespace {

// They look between their steps whether they shall stop; a signal ends the others at once.
constexpr std::string_view kStepwise[] = {"prepare", "train", "run", "predict"};

std::string typed(int argc, char** argv) {
  std::string text = "myoseg";
  for (int i = 1; i < argc; ++i) text += std::string(" ") + argv[i];
  return text;
}

// --cfg alone is answered by the command, which binds the values it prints.
bool prints_config(const ConfigFlags& flags) {
  const bool origins =
      flags.cfg == ConfigFlags::Cfg::origins && flags.package.empty() && !flags.resolve;
  return flags.info || (flags.cfg && !origins);
}

int parse_and_run(int argc, char** argv) {
  CommandLine line = read_command_line({argv + 1, argv + argc});
  line.request.command_line = typed(argc, argv);
  if (const auto code = answer_from_manual(program_manual(), line)) return *code;
  const auto all = commands();
  const Command& command = *std::find_if(
      all.begin(), all.end(), [&](const Command& each) { return each.name == line.command; });
  if (prints_config(line.config)) {
    std::fputs(config_text(command, line).c_str(), stdout);
    return 0;
  }
  if (std::find(std::begin(kStepwise), std::end(kStepwise), command.name) != std::end(kStepwise))
    stop_on_signals();
  return command.run(line.request);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  return exit_code_of([&] { return parse_and_run(argc, argv); });
}

}  // namespace myoseg
