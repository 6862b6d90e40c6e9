// Job arrays of a SLURM cluster that shares this file system.
#include <fmt/core.h>

#include <chrono>
#include <set>
#include <thread>

#include "core/log.h"
#include "experiments/launch/live_table.h"
#include "experiments/launch/slurm/submission.h"
#include "experiments/launch/task_board.h"
#include "train/signals.h"

namespace myoseg {
namespace {

constexpr std::chrono::milliseconds kLookForStop{100};
constexpr int kLooksUntilGone = 2;  // a file on another machine's disk may come a moment later

class SlurmLauncher : public Launcher {
 public:
  explicit SlurmLauncher(slurm::Options options) : options_(std::move(options)) {}

  std::vector<TaskResult> launch(const std::vector<Task>& tasks, bool fail_fast) override {
    TaskBoard board(tasks, fail_fast);
    waiting_ = slurm::submit_missing(options_, tasks);
    running_.clear();
    cancelled_.clear();
    looks_.clear();
    if (options_.wait) watch(board, tasks, fail_fast);
    if (!waiting_.empty())
      log::info(
          "{} jobs stay in SLURM's queue; 'myoseg runs' tells how far they are, and the same "
          "command goes on from there",
          waiting_.size());
    auto results = board.results();
    for (const auto& [task, place] : waiting_) results[task].state = RunState::pending;
    return results;
  }

  std::string preview(const std::vector<Task>& tasks) override {
    return slurm::preview(options_, tasks);
  }

 private:
  void watch(TaskBoard& board, const std::vector<Task>& tasks, bool fail_fast) {
    while (!waiting_.empty()) {
      pause();
      if (stop_requested()) return;
      const auto queue = look();
      if (!queue) continue;
      settle(board, tasks, *queue);
      cancel_useless(board, tasks, *queue, fail_fast);
      show(board, tasks, *queue);
    }
    table_.clear();
  }

  void pause() const {
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::duration<double>(options_.look_every);
    while (!stop_requested() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(kLookForStop);
  }

  // None when SLURM does not answer now; its controller may be being restarted.
  std::optional<slurm::Queue> look() {
    try {
      return slurm::ask_queue();
    } catch (const Error& error) {
      table_.clear();
      if (!told_silent_) log::warn("{}; looking again", error.what());
      told_silent_ = true;
      return std::nullopt;
    }
  }

  void settle(TaskBoard& board, const std::vector<Task>& tasks, const slurm::Queue& queue) {
    std::vector<std::size_t> gone;
    std::vector<slurm::Element> hopeless;
    for (const auto& [task, place] : waiting_) {
      const auto queued = queue.find(place.element);
      if (queued != queue.end() && !queued->second.hopeless()) {
        looks_.erase(task);
        if (queued->second.running() && running_.insert(task).second) {
          table_.clear();
          board.start(task);
        }
        continue;
      }
      if (queued != queue.end()) hopeless.push_back(place.element);
      const Job& job = tasks[task].job;
      if (is_done(job) || recorded_failure(job.marker) || ++looks_[task] >= kLooksUntilGone)
        gone.push_back(task);
    }
    slurm::cancel(hopeless);
    finish(board, tasks, gone);
  }

  // Those that have left the queue, each after those that it needs.
  void finish(TaskBoard& board, const std::vector<Task>& tasks,
              const std::vector<std::size_t>& gone) {
    std::vector<slurm::Element> unexplained;
    for (const std::size_t i : gone)
      if (!is_done(tasks[i].job)) unexplained.push_back(waiting_.at(i).element);
    const auto endings = slurm::ask_endings(unexplained);
    if (!gone.empty()) table_.clear();
    for (const std::size_t i : gone) {
      const slurm::Place place = waiting_.at(i);
      waiting_.erase(i);
      if (is_done(tasks[i].job)) {
        board.finish(i, {RunState::done, ExitCode::done, ""});
      } else if (cancelled_.contains(i)) {
        board.put_back(i);
      } else if (const auto first = not_done_before(tasks, i); !first.empty()) {
        log::warn("{}: not begun, because '{}' is not done", board.title(i), first);
        board.put_back(i);
      } else {
        board.finish(i, ending_of(tasks[i], place, endings));
      }
    }
  }

  static std::string not_done_before(const std::vector<Task>& tasks, std::size_t i) {
    for (const std::size_t before : tasks[i].after)
      if (!is_done(tasks[before].job)) return tasks[before].job.name;
    return "";
  }

  static TaskResult ending_of(const Task& task, const slurm::Place& place,
                              const std::map<slurm::Element, std::string>& endings) {
    if (const auto failure = recorded_failure(task.job.marker))
      return {RunState::failed, failure->code, failure->sentence};
    return {RunState::failed, ExitCode::failed,
            fmt::format("its SLURM job {} {}; see {}", slurm::name_of(place.element),
                        slurm::how_it_ended(task.queue, place.key, place.element, endings),
                        task.log.string())};
  }

  // What has not begun of a run that failed; when the first failure ends all, whatever is left.
  void cancel_useless(const TaskBoard& board, const std::vector<Task>& tasks,
                      const slurm::Queue& queue, bool fail_fast) {
    std::set<std::string> failed;
    for (std::size_t i = 0; i < tasks.size(); ++i)
      if (board.results()[i].state == RunState::failed) failed.insert(tasks[i].run);
    if (failed.empty()) return;
    std::vector<slurm::Element> useless;
    for (const auto& [task, place] : waiting_) {
      const auto queued = queue.find(place.element);
      if (queued == queue.end() || cancelled_.contains(task)) continue;
      if (!fail_fast && (queued->second.running() || !failed.contains(tasks[task].run))) continue;
      cancelled_.insert(task);
      useless.push_back(place.element);
    }
    slurm::cancel(useless);
  }

  void show(const TaskBoard& board, const std::vector<Task>& tasks, const slurm::Queue& queue) {
    std::size_t running = 0;
    std::map<std::string, std::size_t> reasons;
    for (const auto& [task, place] : waiting_) {
      const auto queued = queue.find(place.element);
      if (queued == queue.end()) continue;
      if (queued->second.running())
        ++running;
      else
        ++reasons[queued->second.reason];
    }
    std::vector<std::string> lines;
    for (const auto& [reason, count] : reasons)
      lines.push_back(fmt::format("{} pending: {}", count, reason));
    lines.push_back(fmt::format("{} of {} jobs done, {} running, {} failed",
                                board.count(RunState::done), tasks.size(), running,
                                board.count(RunState::failed)));
    table_.show(lines);
  }

  slurm::Options options_;
  std::map<std::size_t, slurm::Place> waiting_;  // the tasks that have not ended
  std::set<std::size_t> running_;                // those that were seen to begin
  std::set<std::size_t> cancelled_;              // by this launcher
  std::map<std::size_t, int> looks_;             // at which a task was not in the queue
  bool told_silent_ = false;
  LiveTable table_;
};

std::unique_ptr<Launcher> make_slurm(const slurm::Options& options) {
  return std::make_unique<SlurmLauncher>(options);
}

}  // namespace

extern const LauncherEntry kSlurmLauncher;
const LauncherEntry kSlurmLauncher = entry<LauncherEntry, slurm::Options, make_slurm>(
    "slurm", "Job arrays of a SLURM cluster that shares this file system.");

}  // namespace myoseg
