// One job after another in this process.
#include <fmt/core.h>

#include <chrono>
#include <set>
#include <thread>

#include "core/log.h"
#include "experiments/launch/task_board.h"
#include "train/signals.h"

namespace myoseg {
namespace {

constexpr std::chrono::milliseconds kLookAgain{300};

struct SerialOptions {};
void describe(Fields&, SerialOptions&) {}

class SerialLauncher : public Launcher {
 public:
  std::vector<TaskResult> launch(const std::vector<Task>& tasks, bool fail_fast) override {
    TaskBoard board(tasks, fail_fast);
    std::set<std::size_t> told;
    while (!stop_requested() && board.ready()) {
      bool progress = false;
      // What another process is at is left to it; meanwhile there may be other work.
      for (auto i = board.ready(); i && !progress; i = board.ready(*i + 1)) {
        const auto owner = worker_of(tasks[*i].job);
        if (!owner)
          progress = attempt(board, tasks, *i);
        else if (told.insert(*i).second)
          log::info("{}: is being done by {}", board.title(*i), owner->text());
      }
      if (!progress) std::this_thread::sleep_for(kLookAgain);
    }
    return board.results();
  }

 private:
  static bool attempt(TaskBoard& board, const std::vector<Task>& tasks, std::size_t i) {
    board.start(i);
    TaskResult result;
    try {
      switch (perform(tasks[i].job)) {
        case Performed::elsewhere:
          board.put_back(i);
          return false;
        case Performed::done:
          result.state = RunState::done;
          break;
        case Performed::stopped:
          result.state = RunState::stopped;
      }
    } catch (const Error& error) {
      // A stop ends the reading of a file with an error, which is no failure.
      if (stop_requested() && error.code() == ExitCode::failed)
        result.state = RunState::stopped;
      else
        result = {RunState::failed, error.code(), error.what()};
    }
    board.finish(i, std::move(result));
    return true;
  }
};

std::unique_ptr<Launcher> make_serial(const SerialOptions&) {
  return std::make_unique<SerialLauncher>();
}

}  // namespace

extern const LauncherEntry kSerialLauncher;
const LauncherEntry kSerialLauncher = entry<LauncherEntry, SerialOptions, make_serial>(
    "serial", "One job after another in this process.");

}  // namespace myoseg
