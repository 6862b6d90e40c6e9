#include "experiments/launch/task_board.h"

#include <algorithm>

#include "core/log.h"

namespace myoseg {

TaskBoard::TaskBoard(const std::vector<Task>& tasks, bool fail_fast)
    : tasks_(tasks),
      fail_fast_(fail_fast),
      several_runs_(std::any_of(tasks.begin(), tasks.end(),
                                [&](const Task& task) { return task.run != tasks.front().run; })),
      results_(tasks.size()) {
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (is_done(tasks[i].job)) {
      results_[i].state = RunState::done;
      log::info("{}: done before", title(i));
    }
}

bool TaskBoard::run_failed(const std::string& run) const {
  return fail_fast_ ? !failed_runs_.empty() : failed_runs_.contains(run);
}

std::optional<std::size_t> TaskBoard::ready(std::size_t from) const {
  for (std::size_t i = from; i < tasks_.size(); ++i) {
    if (results_[i].state != RunState::open || run_failed(tasks_[i].run)) continue;
    if (std::all_of(tasks_[i].after.begin(), tasks_[i].after.end(),
                    [&](std::size_t earlier) { return results_[earlier].state == RunState::done; }))
      return i;
  }
  return std::nullopt;
}

void TaskBoard::start(std::size_t task) {
  results_[task] = {RunState::running, ExitCode::done, ""};
  log::info("{}", title(task));
}

void TaskBoard::put_back(std::size_t task) { results_[task].state = RunState::open; }

void TaskBoard::finish(std::size_t task, TaskResult result) {
  // With nothing else to wait for, the command ends with this sentence anyway.
  results_[task].state = result.state;
  if (result.state == RunState::failed && (several_runs_ || count(RunState::running) > 0))
    log::error("{}: {}", title(task), result.sentence);
  if (result.state == RunState::stopped)
    log::warn("{}: interrupted; the same command goes on from here", title(task));
  if (result.state == RunState::failed) failed_runs_.insert(tasks_[task].run);
  results_[task] = std::move(result);
}

std::size_t TaskBoard::count(RunState state) const {
  return static_cast<std::size_t>(
      std::count_if(results_.begin(), results_.end(),
                    [&](const TaskResult& result) { return result.state == state; }));
}

std::string TaskBoard::title(std::size_t task) const {
  return several_runs_ ? fmt::format("{}: {}", tasks_[task].run, tasks_[task].job.name)
                       : tasks_[task].job.name;
}

}  // namespace myoseg
