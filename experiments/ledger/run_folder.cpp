#include "experiments/ledger/run_folder.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/table/table.h"
#include "core/text.h"
#include "eval/measure/summaries.h"

namespace myoseg {
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
namespace {

constexpr std::size_t kShownDigits = 8;
constexpr std::size_t kLongest = 80;  // characters of all differences in a folder's name

// Only characters that no shell, file system or glob takes for something else.
std::string safe(std::string text) {
  for (char& c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 &&
        std::string_view("._=+-").find(c) == std::string_view::npos)
      c = '_';
  return text;
}

// When there are too many differences the last ones stay: what is being tried is typed last.
std::string folder_name(const std::string& name, const std::vector<std::string>& differs) {
  std::string text;
  std::size_t left_out = differs.size();
  for (; left_out > 0; --left_out) {
    const std::string item = "," + safe(differs[left_out - 1]);
    if (text.size() + item.size() > kLongest) break;
    text.insert(0, item);
  }
  return file_word(name) + (left_out > 0 ? fmt::format(",and_{}_more", left_out) : "") + text;
}

// The names of a folder's folders by the hash that ends them; read anew when the folder changed, so
// that a sweep of a thousand runs does not list it a thousand times.
const std::map<std::string, std::string>& folders_by_hash(const fs::path& runs) {
  struct Listing {
    fs::file_time_type changed;
    std::map<std::string, std::string> names;
  };
  static std::map<fs::path, Listing> listings;
  std::error_code error;
  const auto changed = fs::last_write_time(runs, error);
  Listing& listing = listings[runs];
  if (!error && listing.changed == changed &&
      fs::file_time_type::clock::now() - changed > std::chrono::seconds(2))
    return listing.names;  // an older change has another time
  listing = {changed, {}};
  for (const auto& entry : fs::directory_iterator(runs, error))
    if (entry.is_directory())
      listing.names.emplace(hash_of_run(entry.path()), entry.path().filename().string());
  return listing.names;
}

Json json_of(const fs::path& file) {
  if (!fs::exists(file)) return nullptr;
  return parse_json_or_null(read_file(file));
}

struct Headline {
  double mean = 0;
  std::string region;
};
// Of the run's report: one region's mean, or where there is no such region the mean of all.
std::optional<Headline> headline(const fs::path& folder) {
  if (!fs::exists(folder / "summary.csv")) return std::nullopt;
  const Node config = load_yaml(folder / "config.yaml");
  const auto text = [&](const char* path) {
    const Node* node = config.at_path(path);
    const auto* value = node == nullptr ? nullptr : node->get_if<std::string>();
    return value == nullptr ? std::string() : *value;
  };
  const std::string metric = text("report.headline"), region = text("report.headline_region");
  double sum = 0;
  int regions = 0;
  for (const Summary& s : read_summaries(folder / "summary.csv")) {
    if (s.metric != metric || s.stage != Stage::final || s.n == 0) continue;
    if (s.region == region) return Headline{s.mean, region};
    sum += s.mean;
    ++regions;
  }
  if (regions == 0) return std::nullopt;
  return Headline{sum / regions, std::string(kMeanOfRegions)};
}

// A marker tells only of the last process that was at its job.
double logged_seconds(const fs::path& file) {
  if (!fs::exists(file)) return 0;
  const Table log = read_csv(file);
  const std::size_t column = log.column("seconds");
  double seconds = 0;
  for (std::size_t row = 0; row < log.rows.size(); ++row) seconds += log.number(row, column);
  return seconds;
}

RunState state_of(const RunRecord& record, bool running) {
  if (running) return RunState::running;
  if (!record.failure.empty()) return RunState::failed;
  if (record.jobs > 0 && record.done == record.jobs) return RunState::done;
  return record.done > 0 ? RunState::stopped : RunState::open;
}

RunRecord run_record(const fs::path& folder, const Json& jobs, const Json& origin) {
  RunRecord record;
  record.folder = folder;
  bool running = false;
  for (const Json& entry : jobs) {
    const fs::path marker = folder / text_at(entry, "marker");
    ++record.jobs;
    const bool logs = entry.contains("times");
    if (logs) record.seconds += logged_seconds(folder / text_at(entry, "times"));
    if (const auto cost = job_cost(marker)) {
      ++record.done;
      if (!logs) record.seconds += cost->seconds;
      record.peak_memory_mib = std::max(record.peak_memory_mib, cost->peak_memory_mib);
      continue;
    }
    Job job;
    job.marker = marker;
    running = running || worker_of(job).has_value();
    if (const auto failure = recorded_failure(marker); failure && record.failure.empty())
      record.failure = failure->sentence;
  }
  record.state = state_of(record, running);
  if (const auto found = headline(folder)) {
    record.score = found->mean;
    record.score_region = found->region;
  }
  if (origin.is_object()) {
    record.started = text_at(origin, "started");
    record.differs = origin.value("differs", std::vector<std::string>{});
  }
  return record;
}

}  // namespace

std::string shown_hash(const std::string& hash) { return hash.substr(0, kShownDigits); }

std::string hash_of_run(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.substr(name.rfind('-') + 1);
}

fs::path run_folder(const fs::path& runs, const std::string& name,
                    const std::vector<std::string>& differs, const std::string& hash) {
  const auto& folders = folders_by_hash(runs);
  const auto found = folders.find(shown_hash(hash));
  if (found != folders.end()) return runs / found->second;
  return runs / (folder_name(name, differs) + "-" + shown_hash(hash));
}

void write_job_list(const fs::path& folder, const std::vector<Job>& jobs) {
  Json list = Json::array();
  for (const Job& job : jobs) {
    // Empty where one of both paths is absolute.
    const std::string marker = job.marker.lexically_relative(folder).string();
    if (marker.empty() || marker.starts_with("..")) continue;
    list.push_back({{"id", job.id}, {"marker", marker}});
    if (!job.times.empty()) list.back()["times"] = job.times.lexically_relative(folder).string();
  }
  write_file(folder / "jobs.json", json_text(list, 1) + "\n");
}

RunRecord read_run_record(const fs::path& folder) {
  const Json jobs = json_of(folder / "jobs.json"), origin = json_of(folder / "provenance.json");
  if (!jobs.is_array() || !fs::exists(folder / "config.yaml"))
    throw data_error("{}: is no run's folder, it has no jobs.json and config.yaml",
                     folder.string());
  try {
    return run_record(folder, jobs, origin);
  } catch (const Json::exception&) {
    throw data_error(
        "{}: its jobs.json or provenance.json is not as myoseg writes it; the run's folder is "
        "damaged",
        folder.string());
  }
}

fs::path find_run(const fs::path& named, const fs::path& runs) {
  std::error_code error;
  for (const fs::path& folder : {named, runs / named})
    if (fs::exists(folder / "config.yaml", error)) return (folder / "").parent_path();
  const std::string ending = "-" + named.string();
  for (const auto& entry : fs::directory_iterator(runs, error))
    if (entry.path().filename().string().ends_with(ending)) return entry.path();
  throw data_error("{}: is no run's folder, and {} has no run of that name or hash", named.string(),
                   runs.string());
}

fs::path default_runs_folder() {
  const char* named = std::getenv("MYOSEG_RUNS");
  return named != nullptr ? named : "runs";
}

std::vector<RunRecord> read_run_records(const fs::path& runs) {
  if (!fs::is_directory(runs))
    throw data_error("there is no folder {}; runs=FOLDER names another", runs.string());
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(runs))
    if (fs::exists(entry.path() / "jobs.json")) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  std::vector<RunRecord> records;
  for (const fs::path& folder : folders) records.push_back(read_run_record(folder));
  return records;
}

}  // namespace myoseg
