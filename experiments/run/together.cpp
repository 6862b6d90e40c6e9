#include "experiments/run/together.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/json.h"
#include "core/log.h"
#include "core/threads.h"
#include "experiments/run/stages.h"
#include "models/runtime/communicator.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

void help_with(const Json& asked) {
  const fs::path folder = text_at(asked, "run");
  Experiment experiment = read_experiment(folder / "config.yaml");
  experiment.runtime.runs = folder.parent_path();
  experiment.runtime.device = text_at(asked, "device");
  set_thread_count(experiment.runtime.threads);
  use_threads();
  keep_memory();
  RunContext run(std::move(experiment), {});
  for (const Member& member : run.members())
    if (member.place == text_at(asked, "member"))
      (void)stage::train_fold(run, static_cast<int>(number_at(asked, "fold")), member,
                              static_cast<int>(number_at(asked, "until")));
}

// Until rank 0 has no more work; its exit code.
int help() {
  log::set_level(log::Level::warning);  // rank 0 tells of the training
  Communicator& world = Communicator::world();
  for (;;) {
    const Json asked = parse_json(world.broadcast_text(""), "what rank 0 asks for");
    if (asked.contains("run")) {
      help_with(asked);
      continue;
    }
    (void)world.gather_texts("heard");
    return static_cast<int>(number_at(asked, "code"));
  }
}

int lead(const std::function<int()>& work) {
  Communicator& world = Communicator::world();
  const int code = work();
  (void)world.broadcast_text(json_text({{"code", code}}));
  (void)world.gather_texts("said");  // the keys are gone with this process
  return code;
}

}  // namespace

int together(const std::function<int()>& work) {
  Communicator& world = Communicator::world();
  world.join(ranks_of_environment());
  if (world.alone()) return work();
  try {
    return world.leads() ? lead(work) : help();
  } catch (const Error& error) {
    world.tell_failure(error);
    throw;
  } catch (const std::exception& error) {
    world.tell_failure(failure("{}", error.what()));
    throw;
  }
}

void ask_helpers(const RunContext& run, int fold, const Member& member, int until_epoch) {
  Communicator& world = Communicator::world();
  if (world.alone() || !world.leads()) return;
  (void)world.broadcast_text(json_text({{"run", fs::absolute(run.folder()).string()},
                                        {"device", run.experiment().runtime.device},
                                        {"fold", fold},
                                        {"member", member.place},
                                        {"until", until_epoch}}));
}

}  // namespace myoseg
