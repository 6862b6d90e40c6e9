// Worker processes on this machine, one job each, which share its cores and GPUs.
#include <fmt/core.h>

#include <chrono>
#include <map>
#include <thread>

#include "core/log.h"
#include "core/threads.h"
#include "experiments/launch/live_table.h"
#include "experiments/launch/task_board.h"
#include "experiments/launch/worker_process.h"
#include "models/runtime/device.h"
#include "train/signals.h"

namespace myoseg {
namespace {

constexpr std::chrono::milliseconds kLookAgain{100};
constexpr int kInterrupted = 130;

struct LocalOptions {
  int workers = 2;
};
void describe(Fields& f, LocalOptions& o) {
  f("workers", o.workers, at_least(1), "Jobs at the same time; they share the cores and GPUs.");
}

class LocalLauncher : public Launcher {
 public:
  explicit LocalLauncher(const LocalOptions& options)
      : workers_(options.workers), threads_(std::max(1, thread_count() / options.workers)) {}

  std::vector<TaskResult> launch(const std::vector<Task>& tasks, bool fail_fast) override {
    TaskBoard board(tasks, fail_fast);
    running_.clear();
    bool stopping = false;
    while (!running_.empty() || (!stopping && board.ready())) {
      if (!stopping) start_more(board, tasks);
      std::this_thread::sleep_for(kLookAgain);
      collect(board, tasks);
      const bool failed = fail_fast && board.count(RunState::failed) > 0;
      if (!stopping && (stop_requested() || failed)) {
        stopping = true;
        for (auto& [slot, worker] : running_) worker.process.ask_to_stop();
      }
      show(board, tasks);
    }
    return board.results();
  }

 private:
  struct Worker {
    std::size_t task;
    WorkerProcess process;
    std::chrono::steady_clock::time_point start;
  };

  void start_more(TaskBoard& board, const std::vector<Task>& tasks) {
    for (int slot = 0; slot < workers_; ++slot) {
      if (running_.contains(slot)) continue;
      const auto i = board.ready();
      if (!i) return;
      table_.clear();
      board.start(*i);
      std::vector<std::string> command = tasks[*i].command;
      command.push_back(fmt::format("runtime.threads={}", threads_));
      running_.emplace(slot, Worker{*i, WorkerProcess(command, gpu_of(slot), tasks[*i].log),
                                    std::chrono::steady_clock::now()});
    }
  }

  // Each worker sees one of the GPUs, so that `cuda` means another one in each.
  static std::vector<std::pair<std::string, std::string>> gpu_of(int slot) {
    const int gpus = gpu_count();
    if (gpus < 2) return {};
    return {{"CUDA_VISIBLE_DEVICES", std::to_string(slot % gpus)}};
  }

  void collect(TaskBoard& board, const std::vector<Task>& tasks) {
    for (auto it = running_.begin(); it != running_.end();) {
      const auto code = it->second.process.ended();
      if (!code) {
        ++it;
        continue;
      }
      table_.clear();
      const Task& task = tasks[it->second.task];
      board.finish(it->second.task, result_of(task, *code));
      it = running_.erase(it);
    }
  }

  static TaskResult result_of(const Task& task, int code) {
    if (code == 0 && is_done(task.job)) return {RunState::done, ExitCode::done, ""};
    if (code == kInterrupted) return {RunState::stopped, ExitCode::done, ""};
    if (const auto failure = recorded_failure(task.job.marker); failure && code < 128)
      return {RunState::failed, failure->code, failure->sentence};
    return {RunState::failed, ExitCode::failed,
            fmt::format("its process ended with {}; see {}",
                        code > 128 ? fmt::format("signal {}", code - 128)
                                   : fmt::format("exit code {}", code),
                        task.log.string())};
  }

  void show(const TaskBoard& board, const std::vector<Task>& tasks) {
    std::vector<std::string> lines;
    for (const auto& [slot, worker] : running_) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - worker.start;
      lines.push_back(fmt::format("{:>6.0f} s  {}  {}", took.count(), board.title(worker.task),
                                  worker.process.last_line()));
    }
    lines.push_back(fmt::format("{} of {} jobs done, {} failed", board.count(RunState::done),
                                tasks.size(), board.count(RunState::failed)));
    table_.show(lines);
  }

  int workers_;
  int threads_;  // of each worker
  std::map<int, Worker> running_;
  LiveTable table_;
};

std::unique_ptr<Launcher> make_local(const LocalOptions& options) {
  return std::make_unique<LocalLauncher>(options);
}

}  // namespace

extern const LauncherEntry kLocalLauncher;
const LauncherEntry kLocalLauncher = entry<LauncherEntry, LocalOptions, make_local>(
    "local", "Worker processes on this machine, one job each.");

}  // namespace myoseg
