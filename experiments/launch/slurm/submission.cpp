#include "experiments/launch/slurm/submission.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "experiments/launch/slurm/script.h"

namespace myoseg::slurm {
namespace fs = std::filesystem;
namespace {

// Held by this process and, since they inherit it, by the commands that it starts: a submission
// whose parent was killed ends before the next one begins.
class OneAtATime {
 public:
  explicit OneAtATime(const fs::path& queue) {
    const fs::path file = queue / "lock";
    std::error_code error;
    fs::create_directories(queue, error);
    fd_ = ::open(file.c_str(), O_RDWR | O_CREAT, 0666);
    if (fd_ < 0)
      throw failure("cannot lock {}: {}", file.string(), std::generic_category().message(errno));
    while (::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~OneAtATime() { ::close(fd_); }
  OneAtATime(const OneAtATime&) = delete;
  OneAtATime& operator=(const OneAtATime&) = delete;

 private:
  int fd_ = -1;
};

fs::path this_program() { return fs::read_symlink("/proc/self/exe"); }

fs::path from_anywhere(const fs::path& path) { return fs::absolute(path).lexically_normal(); }

// Their scripts begin in another folder.
std::vector<Task> anywhere(std::vector<Task> tasks) {
  for (Task& task : tasks) {
    task.job.marker = from_anywhere(task.job.marker);
    task.log = from_anywhere(task.log);
    task.queue = from_anywhere(task.queue);
  }
  return tasks;
}

RememberedArray to_remember(const std::vector<Task>& tasks, const PlannedArray& array,
                            const std::string& key) {
  RememberedArray record{key, "", {}};
  for (const auto& [number, i] : array.tasks) {
    const Task& task = tasks[i];
    RememberedTask entry{.number = number,
                         .marker = task.job.marker,
                         .log = task.log,
                         .title = task.job.name,
                         .run = task.log.parent_path().parent_path().string(),
                         .needs = {}};
    for (const std::size_t before : task.after) entry.needs.push_back(tasks[before].job.marker);
    record.tasks.push_back(std::move(entry));
  }
  return record;
}

class Submission {
 public:
  Submission(const Options& options, const std::vector<Task>& tasks)
      : options_(options), tasks_(tasks), folder_(tasks.front().queue), alone_(folder_) {}

  std::map<std::size_t, Place> submit() {
    queue_ = ask_queue();
    arrays_ = remembered(folder_);
    find_numbers();
    find_queued();
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < tasks_.size(); ++i)
      if (!places_.contains(i) && !is_done(tasks_[i].job)) missing.push_back(i);
    forget_ended(missing);
    if (!missing.empty()) submit_arrays(missing);
    return places_;
  }

 private:
  // An interrupted submission left an array without its number: it is in the queue under its name,
  // or was never submitted, or is over already; the last two are alike, its markers tell.
  void find_numbers() {
    for (RememberedArray& array : arrays_) {
      if (!array.array.empty()) continue;
      for (const auto& [element, queued] : queue_)
        if (queued.name == std::string(kJobPrefix) + array.key) array.array = element.first;
      if (array.array.empty())
        array.array = ask_accounting(std::string(kJobPrefix) + array.key).value_or("");
      if (!array.array.empty()) remember(folder_, array);
    }
  }

  void find_queued() {
    std::map<fs::path, std::size_t> by_marker;
    for (std::size_t i = 0; i < tasks_.size(); ++i) by_marker[tasks_[i].job.marker] = i;
    std::vector<Element> hopeless;
    for (const RememberedArray& array : arrays_)
      for (const RememberedTask& task : array.tasks) {
        const Element element{array.array, task.number};
        const auto queued = queue_.find(element);
        const auto found = by_marker.find(task.marker);
        if (queued == queue_.end() || found == by_marker.end()) continue;
        if (queued->second.hopeless())
          hopeless.push_back(element);
        else
          places_[found->second] = {element, array.key};
      }
    cancel(hopeless);
  }

  // Arrays that have left the queue and tell nothing that is still asked: their tasks are done, or
  // are submitted again.
  void forget_ended(const std::vector<std::size_t>& missing) {
    std::map<fs::path, bool> again;
    for (const std::size_t i : missing) again[tasks_[i].job.marker] = true;
    for (const RememberedArray& array : arrays_) {
      const bool over =
          std::all_of(array.tasks.begin(), array.tasks.end(), [&](const RememberedTask& task) {
            if (queue_.contains({array.array, task.number})) return false;
            return again.contains(task.marker) || fs::exists(task.marker);
          });
      if (over) forget(folder_, array);
    }
  }

  void submit_arrays(const std::vector<std::size_t>& missing) {
    std::map<std::size_t, Element> queued;
    for (const auto& [task, place] : places_) queued[task] = place.element;
    const auto arrays = plan_arrays(tasks_, missing, queued, options_.array_size);
    std::vector<std::string> numbers;
    for (const PlannedArray& array : arrays) numbers.push_back(submit_one(array, arrays, numbers));
    log::info("{} jobs are in SLURM's queue, {} of them new, as {} {}", places_.size(),
              missing.size(), arrays.size(), arrays.size() == 1 ? "array" : "arrays");
  }

  std::string submit_one(const PlannedArray& array, const std::vector<PlannedArray>& arrays,
                         const std::vector<std::string>& numbers) {
    const std::string key = new_key(array.kind);
    const auto of_kind = std::count_if(arrays.begin(), arrays.end(),
                                       [&](const auto& other) { return other.kind == array.kind; });
    RememberedArray record = to_remember(tasks_, array, key);
    for (const auto& [number, task] : array.tasks) begin_anew(tasks_[task].job);
    write_file(script_of(folder_, key), script_text(options_, tasks_, array, key, this_program(),
                                                    static_cast<int>(of_kind)));
    remember(folder_, record);
    record.array = slurm::submit(script_of(folder_, key), dependency_text(array, numbers));
    remember(folder_, record);
    for (const auto& [number, task] : array.tasks) places_[task] = {{record.array, number}, key};
    return record.array;
  }

  const Options& options_;
  const std::vector<Task>& tasks_;
  fs::path folder_;
  OneAtATime alone_;
  Queue queue_;
  std::vector<RememberedArray> arrays_;
  std::map<std::size_t, Place> places_;
};

}  // namespace

std::map<std::size_t, Place> submit_missing(const Options& options,
                                            const std::vector<Task>& tasks) {
  if (tasks.empty()) return {};
  return Submission(options, anywhere(tasks)).submit();
}

std::string preview(const Options& options, const std::vector<Task>& named) {
  const std::vector<Task> tasks = anywhere(named);
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (!is_done(tasks[i].job)) missing.push_back(i);
  const auto arrays = plan_arrays(tasks, missing, {}, options.array_size);
  std::vector<std::string> names;
  std::string text;
  for (const PlannedArray& array : arrays) {
    const std::string after = dependency_text(array, names);
    names.push_back(fmt::format("<array {}>", names.size() + 1));
    text += fmt::format(
        "# {}: sbatch{}\n{}\n", names.back(), after.empty() ? "" : " --dependency=" + after,
        script_text(options, tasks, array, array.kind + "-NAME", this_program(), 1));
  }
  return text;
}

}  // namespace myoseg::slurm
