// Who does the jobs of a plan: this process, worker processes on this machine, or a cluster.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/fields/pick.h"
#include "core/run_state.h"
#include "experiments/ledger/jobs.h"

namespace myoseg {

// One job as a launcher sees it.
struct Task {
  Job job;
  std::string run;                   // what tells the run from the others
  std::vector<std::size_t> after;    // tasks that come first
  std::vector<std::string> command;  // arguments with which the program does this one job
  std::filesystem::path log;         // for what the job prints when it has a process of its own
  std::filesystem::path queue;       // folder of what a launcher remembers, the same for all runs
};

struct TaskResult {
  // open: not begun, because something before it was not done; pending: left in a cluster's queue
  RunState state = RunState::open;
  ExitCode code = ExitCode::done;  // of a failure
  std::string sentence;            // of a failure
};

class Launcher {
 public:
  virtual ~Launcher() = default;
  // Does every task that is not done, each after those it names. When one fails, its run is not
  // gone on with and the other runs are, unless `fail_fast`. One result for each task. Returns
  // early when the process was asked to stop.
  virtual std::vector<TaskResult> launch(const std::vector<Task>& tasks, bool fail_fast) = 0;
  // What it would hand on to have these tasks done, for --dry-run; empty: it does them itself.
  [[nodiscard]] virtual std::string preview(const std::vector<Task>&) { return ""; }
};

using LauncherEntry = Entry<std::unique_ptr<Launcher>()>;
std::span<const LauncherEntry* const> table(const LauncherEntry*);

}  // namespace myoseg
