#include "experiments/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/log.h"

namespace myoseg {

bool is_done(const Job& job) {
  if (!std::filesystem::exists(job.marker)) return false;
  const auto marker = nlohmann::json::parse(read_file(job.marker), nullptr, false);
  return marker.is_object() && marker.value("inputs", "") == job.inputs;
}

bool execute(const std::vector<Job>& jobs) {
  for (const Job& job : jobs) {
    if (is_done(job)) {
      log::info("{}: done before", job.name);
      continue;
    }
    log::info("{}", job.name);
    const auto start = std::chrono::steady_clock::now();
    if (!job.work()) {
      log::warn("{}: interrupted; the same command goes on from here", job.name);
      return false;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    write_file(job.marker,
               nlohmann::json{{"inputs", job.inputs}, {"seconds", took.count()}}.dump(1) + "\n");
  }
  return true;
}

std::string plan_text(const std::vector<Job>& jobs) {
  std::string text;
  for (const Job& job : jobs)
    text += fmt::format("{:<6}  {}\n", is_done(job) ? "done" : "to do", job.name);
  const auto open =
      std::count_if(jobs.begin(), jobs.end(), [](const Job& job) { return !is_done(job); });
  return text + fmt::format("{} of {} jobs to do\n", open, jobs.size());
}

}  // namespace myoseg
