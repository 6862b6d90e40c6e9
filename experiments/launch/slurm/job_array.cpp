#include "experiments/launch/slurm/job_array.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/process.h"
#include "core/text.h"

namespace myoseg::slurm {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string kind_of(const Task& task) { return task.job.id.substr(0, task.job.id.find('/')); }

namespace {

// How many tasks come before each, one after the other.
std::vector<int> levels_of(const std::vector<Task>& tasks) {
  std::vector<int> levels(tasks.size(), -1);
  const std::function<int(std::size_t)> level = [&](std::size_t i) {
    if (levels[i] >= 0) return levels[i];
    levels[i] = 0;  // a circle, which no plan has, would end here
    int longest = 0;
    for (const std::size_t before : tasks[i].after) longest = std::max(longest, level(before) + 1);
    return levels[i] = longest;
  };
  for (std::size_t i = 0; i < tasks.size(); ++i) (void)level(i);
  return levels;
}

struct Planned {
  std::size_t array;
  int number;
};

class Planner {
 public:
  Planner(const std::vector<Task>& tasks, const std::map<std::size_t, Element>& queued,
          int array_size)
      : tasks_(tasks), queued_(queued), array_size_(static_cast<std::size_t>(array_size)) {}

  // Tasks of one kind, none of which waits for another.
  void add(const std::string& kind, const std::vector<std::size_t>& together) {
    std::vector<std::size_t> free, waiting;
    for (const std::size_t i : together) (waits(i) ? waiting : free).push_back(i);
    add_by_size(kind, free);
    if (one_before_each(waiting))
      add_by_predecessor(kind, waiting);
    else
      add_by_size(kind, waiting);
  }
  std::vector<PlannedArray> take() { return std::move(arrays_); }

 private:
  // Whether it has to wait for what is in the queue or about to be.
  [[nodiscard]] bool pending(std::size_t i) const {
    return planned_.contains(i) || queued_.contains(i);
  }
  [[nodiscard]] bool waits(std::size_t i) const {
    const auto& after = tasks_[i].after;
    return std::any_of(after.begin(), after.end(), [&](std::size_t k) { return pending(k); });
  }
  // Of a task that waits for one planned task alone.
  [[nodiscard]] std::optional<Planned> only_predecessor(std::size_t i) const {
    std::optional<Planned> only;
    for (const std::size_t before : tasks_[i].after) {
      if (!pending(before)) continue;
      if (only || !planned_.contains(before)) return std::nullopt;
      only = planned_.at(before);
    }
    return only;
  }
  [[nodiscard]] bool one_before_each(const std::vector<std::size_t>& waiting) const {
    std::set<std::pair<std::size_t, int>> taken;
    return std::all_of(waiting.begin(), waiting.end(), [&](std::size_t i) {
      const auto before = only_predecessor(i);
      return before && taken.insert({before->array, before->number}).second;
    });
  }

  void add_by_size(const std::string& kind, const std::vector<std::size_t>& together) {
    for (std::size_t from = 0; from < together.size(); from += array_size_) {
      PlannedArray array{
          .kind = kind, .tasks = {}, .each_after = {}, .after = {}, .after_queued = {}};
      std::set<std::size_t> after;
      std::set<std::string> after_queued;
      const std::size_t end = std::min(together.size(), from + array_size_);
      for (std::size_t i = from; i < end; ++i) {
        array.tasks[static_cast<int>(i - from)] = together[i];
        for (const std::size_t before : tasks_[together[i]].after) {
          if (const auto p = planned_.find(before); p != planned_.end())
            after.insert(p->second.array);
          else if (const auto q = queued_.find(before); q != queued_.end())
            after_queued.insert(q->second.first);
        }
      }
      array.after.assign(after.begin(), after.end());
      array.after_queued.assign(after_queued.begin(), after_queued.end());
      keep(std::move(array));
    }
  }
  void add_by_predecessor(const std::string& kind, const std::vector<std::size_t>& together) {
    std::map<std::size_t, PlannedArray> by_array;
    for (const std::size_t i : together) {
      const Planned before = *only_predecessor(i);
      PlannedArray& array = by_array[before.array];
      array.kind = kind;
      array.each_after = before.array;
      array.tasks[before.number] = i;
    }
    for (auto& [before, array] : by_array) keep(std::move(array));
  }
  void keep(PlannedArray array) {
    for (const auto& [number, task] : array.tasks) planned_[task] = {arrays_.size(), number};
    arrays_.push_back(std::move(array));
  }

  const std::vector<Task>& tasks_;
  const std::map<std::size_t, Element>& queued_;
  std::size_t array_size_;
  std::map<std::size_t, Planned> planned_;
  std::vector<PlannedArray> arrays_;
};

Json json_of(const RememberedArray& array) {
  Json tasks = Json::array();
  for (const RememberedTask& task : array.tasks) {
    Json needs = Json::array();
    for (const fs::path& marker : task.needs) needs.push_back(marker.string());
    tasks.push_back({{"number", task.number},
                     {"title", task.title},
                     {"run", task.run},
                     {"marker", task.marker.string()},
                     {"log", task.log.string()},
                     {"needs", std::move(needs)}});
  }
  return {{"key", array.key}, {"array", array.array}, {"tasks", std::move(tasks)}};
}

std::optional<RememberedArray> array_of(const Json& json) {
  if (!json.is_object() || !json.contains("tasks") || !json["tasks"].is_array())
    return std::nullopt;
  RememberedArray array{text_at(json, "key"), text_at(json, "array"), {}};
  for (const Json& entry : json["tasks"]) {
    RememberedTask task{.number = static_cast<int>(number_at(entry, "number")),
                        .marker = text_at(entry, "marker"),
                        .log = text_at(entry, "log"),
                        .title = text_at(entry, "title"),
                        .run = text_at(entry, "run"),
                        .needs = {}};
    for (const Json& marker : entry.value("needs", Json::array()))
      if (marker.is_string()) task.needs.emplace_back(marker.get<std::string>());
    array.tasks.push_back(std::move(task));
  }
  return array;
}

fs::path record_of(const fs::path& queue, const std::string& key) {
  return queue / (key + ".json");
}

}  // namespace

std::vector<PlannedArray> plan_arrays(const std::vector<Task>& tasks,
                                      const std::vector<std::size_t>& missing,
                                      const std::map<std::size_t, Element>& queued,
                                      int array_size) {
  const std::vector<int> levels = levels_of(tasks);
  std::map<int, std::vector<std::pair<std::string, std::vector<std::size_t>>>> by_level;
  for (const std::size_t i : missing) {
    auto& kinds = by_level[levels[i]];
    const std::string kind = kind_of(tasks[i]);
    auto found = std::find_if(kinds.begin(), kinds.end(),
                              [&](const auto& entry) { return entry.first == kind; });
    if (found == kinds.end()) found = kinds.insert(kinds.end(), {kind, {}});
    found->second.push_back(i);
  }
  Planner planner(tasks, queued, array_size);
  for (const auto& [level, kinds] : by_level)
    for (const auto& [kind, together] : kinds) planner.add(kind, together);
  return planner.take();
}

std::string new_key(const std::string& kind) {
  static std::atomic<int> count{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return kind + "-" +
         hash_text(fmt::format("{} {} {} {}", machine_id(), ::getpid(), now, count++)).substr(0, 8);
}

fs::path script_of(const fs::path& queue, const std::string& key) { return queue / (key + ".sh"); }
fs::path words_of(const fs::path& queue, const std::string& key, int number) {
  return queue / fmt::format("{}_{}.out", key, number);
}

std::string how_it_ended(const fs::path& queue, const std::string& key, const Element& element,
                         const std::map<Element, std::string>& endings) {
  if (const auto known = endings.find(element); known != endings.end())
    return "ended as " + known->second;
  std::string last;
  std::ifstream in(words_of(queue, key, element.second));
  for (std::string line; std::getline(in, line);)
    if (line.find_first_not_of(' ') != std::string::npos) last = line;
  return last.empty() ? "ended, and SLURM no longer knows why" : "ended with: " + one_line(last);
}

void remember(const fs::path& queue, const RememberedArray& array) {
  write_file(record_of(queue, array.key), json_text(json_of(array), 1) + "\n");
}

void forget(const fs::path& queue, const RememberedArray& array) {
  std::error_code gone;
  for (const RememberedTask& task : array.tasks)
    fs::remove(words_of(queue, array.key, task.number), gone);
  fs::remove(script_of(queue, array.key), gone);
  fs::remove(record_of(queue, array.key), gone);
}

std::vector<RememberedArray> remembered(const fs::path& queue) {
  std::vector<RememberedArray> arrays;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(queue, error)) {
    if (entry.path().extension() != ".json") continue;
    try {
      if (auto array = array_of(parse_json_or_null(read_file(entry.path()))))
        arrays.push_back(std::move(*array));
    } catch (const Error&) {
      // Another process forgot it meanwhile.
    }
  }
  std::sort(arrays.begin(), arrays.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  return arrays;
}

}  // namespace myoseg::slurm
