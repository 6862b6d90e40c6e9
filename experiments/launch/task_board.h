// Which task of a plan may begin, and how each ended: what every launcher does alike.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "experiments/launch/launcher.h"

namespace myoseg {

class TaskBoard {
 public:
  // Tasks that were done before are done.
  TaskBoard(const std::vector<Task>& tasks, bool fail_fast);

  // The first open task, from `from` on, whose predecessors are done and whose run has not failed.
  [[nodiscard]] std::optional<std::size_t> ready(std::size_t from = 0) const;
  void start(std::size_t task);
  // Tells the user how the task ended.
  void finish(std::size_t task, TaskResult result);
  // Back to open: another process is at it.
  void put_back(std::size_t task);

  [[nodiscard]] std::size_t count(RunState state) const;
  [[nodiscard]] const std::vector<TaskResult>& results() const { return results_; }
  // "train fold 3", after its run's name when there are several.
  [[nodiscard]] std::string title(std::size_t task) const;

 private:
  [[nodiscard]] bool run_failed(const std::string& run) const;

  const std::vector<Task>& tasks_;
  bool fail_fast_;
  bool several_runs_;
  std::vector<TaskResult> results_;
  std::set<std::string> failed_runs_;
};

}  // namespace myoseg
