#include "experiments/ledger/jobs.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/threads.h"

namespace myoseg {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
namespace {

fs::path lock_file(const Job& job) { return fs::path(job.marker).replace_extension(".lock"); }
fs::path failure_file(const fs::path& marker) {
  return fs::path(marker).replace_extension(".failed.json");
}

// A damaged or absent file reads as null.
Json read_json(const fs::path& file) {
  if (!fs::exists(file)) return nullptr;
  return parse_json_or_null(read_file(file));
}

// The kernel's high-water mark of this process' memory, which writing a 5 sets back.
void reset_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }
double peak_memory_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}

void mark_done(const Job& job, double seconds) {
  const Json json{{"inputs", job.inputs},
                  {"seconds", seconds},
                  {"peak_memory_mib", peak_memory_mib()},
                  {"threads", thread_count()}};
  write_file(job.marker, json_text(json, 1) + "\n");
}

void record_failure(const Job& job, const JobFailure& failure) {
  try {
    const Json json{{"inputs", job.inputs},
                    {"code", static_cast<int>(failure.code)},
                    {"sentence", failure.sentence}};
    write_file(failure_file(job.marker), json_text(json, 1) + "\n");
  } catch (const Error&) {
    // The disk may be what failed; the sentence reaches the user all the same.
  }
}

}  // namespace

std::string job_inputs(const std::string& run_hash, const std::string& name,
                       const std::string& more) {
  return Hasher().add(run_hash).add(name).add(more).hex();
}

bool is_done(const Job& job) {
  const Json marker = read_json(job.marker);
  return marker.is_object() && text_at(marker, "inputs") == job.inputs &&
         std::all_of(job.outputs.begin(), job.outputs.end(),
                     [](const fs::path& output) { return fs::exists(output); });
}

std::optional<JobFailure> recorded_failure(const fs::path& marker) {
  const Json json = read_json(failure_file(marker));
  if (!json.is_object()) return std::nullopt;
  return JobFailure{static_cast<ExitCode>(static_cast<int>(number_at(json, "code", 1))),
                    text_at(json, "sentence")};
}

void begin_anew(const Job& job) {
  if (is_done(job)) return;
  std::error_code gone;
  fs::remove(job.marker, gone);
  fs::remove(failure_file(job.marker), gone);
}

std::optional<LockOwner> worker_of(const Job& job) { return living_owner(lock_file(job)); }

Performed perform(const Job& job) {
  const auto lock = WorkLock::try_take(lock_file(job));
  if (!lock) return Performed::elsewhere;
  if (is_done(job)) return Performed::done;  // by the process that had the lock until now
  remove_abandoned(job.marker.parent_path());
  begin_anew(job);
  reset_peak_memory();
  const auto start = std::chrono::steady_clock::now();
  try {
    if (!job.work()) return Performed::stopped;
    lock->check();
  } catch (const Error& error) {
    record_failure(job, {error.code(), error.what()});
    throw;
  }
  mark_done(job, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return Performed::done;
}

void forget(const Job& job) {
  const auto lock = WorkLock::try_take(lock_file(job));
  if (!lock) {
    const auto owner = worker_of(job);
    throw failure("{}: is being done by {}; stop that first", job.name,
                  owner ? owner->text() : "another process");
  }
  std::error_code error;
  fs::remove(job.marker, error);
  fs::remove(failure_file(job.marker), error);
  for (const fs::path& output : job.outputs) fs::remove_all(output, error);
}

std::optional<JobCost> job_cost(const fs::path& marker) {
  const Json json = read_json(marker);
  if (!json.is_object()) return std::nullopt;
  return JobCost{number_at(json, "seconds"), number_at(json, "peak_memory_mib")};
}

std::string plan_text(const std::vector<Job>& jobs) {
  std::string text;
  std::size_t open = 0;
  for (const Job& job : jobs) {
    const bool done = is_done(job);
    const auto owner = done ? std::nullopt : worker_of(job);
    open += done ? 0 : 1;
    text += fmt::format("{:<7}  {}{}\n", done ? "done" : (owner ? "running" : "to do"), job.name,
                        owner ? ", by " + owner->text() : "");
  }
  return text + fmt::format("{} of {} jobs to do\n", open, jobs.size());
}

}  // namespace myoseg
