#include "experiments/launch/slurm/queued_runs.h"

#include <fmt/core.h>

#include <algorithm>

#include "experiments/launch/slurm/job_array.h"

namespace myoseg::slurm {
namespace fs = std::filesystem;
namespace {

struct Submitted {
  const RememberedArray* array;
  const RememberedTask* task;
  [[nodiscard]] Element element() const { return {array->array, task->number}; }
};

bool later(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

// Of each job where it was submitted last.
std::map<fs::path, Submitted> last_submissions(const std::vector<RememberedArray>& arrays) {
  std::map<fs::path, Submitted> last;
  for (const RememberedArray& array : arrays)
    for (const RememberedTask& task : array.tasks) {
      auto& entry = last[task.marker];
      if (entry.array == nullptr || later(array.array, entry.array->array)) entry = {&array, &task};
    }
  return last;
}

// Whether it began, and ended without its marker or a recorded failure.
bool ended_silently(const RememberedTask& task) {
  return !fs::exists(task.marker) && !recorded_failure(task.marker) &&
         std::all_of(task.needs.begin(), task.needs.end(),
                     [](const fs::path& marker) { return fs::exists(marker); });
}

}  // namespace

std::map<fs::path, QueuedRun> queued_runs(const fs::path& folder) {
  std::map<fs::path, QueuedRun> runs;
  const std::vector<RememberedArray> arrays = remembered(folder);
  if (arrays.empty()) return runs;
  const Queue queue = ask_queue();
  std::vector<Submitted> silent;
  for (const auto& [marker, submitted] : last_submissions(arrays)) {
    const auto queued = queue.find(submitted.element());
    if (queued == queue.end()) {
      if (ended_silently(*submitted.task)) silent.push_back(submitted);
      continue;
    }
    QueuedRun& run = runs[submitted.task->run];
    if (queued->second.running())
      ++run.running;
    else if (run.pending++ == 0)
      run.reason = queued->second.reason;
  }
  std::vector<Element> elements;
  for (const Submitted& each : silent) elements.push_back(each.element());
  const auto endings = ask_endings(elements);
  for (const Submitted& each : silent) {
    const std::string how = how_it_ended(folder, each.array->key, each.element(), endings);
    QueuedRun& run = runs[each.task->run];
    if (run.failure.empty())
      run.failure = fmt::format("{}: its SLURM job {} {}; see {}", each.task->title,
                                name_of(each.element()), how, each.task->log.string());
  }
  return runs;
}

}  // namespace myoseg::slurm
