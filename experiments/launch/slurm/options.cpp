#include "experiments/launch/slurm/options.h"

#include <fmt/core.h>

#include <array>
#include <cstdio>

namespace myoseg::slurm {
namespace {

constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 86400;

// "1:30:00" as its numbers; none when there is anything else.
std::optional<std::vector<std::int64_t>> numbers_of(std::string_view text) {
  std::vector<std::int64_t> numbers;
  while (true) {
    const std::size_t end = std::min(text.find(':'), text.size());
    if (end == 0 || end > 9 ||
        text.substr(0, end).find_first_not_of("0123456789") != std::string_view::npos)
      return std::nullopt;
    numbers.push_back(std::stoll(std::string(text.substr(0, end))));
    if (end == text.size()) return numbers;
    text.remove_prefix(end + 1);
  }
}

const KindOptions* kind_options(const Options& o, const std::string& kind) {
  if (kind == "train") return &o.train;
  if (kind == "predict") return &o.predict;
  if (kind == "score") return &o.score;
  if (kind == "report") return &o.report;
  // What is made before the first training: the cohort, radiographs of it, prepared cases.
  for (const char* start : {"prepare", "cohort", "project", "external"})
    if (kind.starts_with(start)) return &o.prepare;
  return nullptr;
}

template <class T>
T chosen(const Options& o, const std::string& kind, std::optional<T> KindOptions::*of_kind,
         const T& of_all) {
  const KindOptions* options = kind_options(o, kind);
  return options == nullptr ? of_all : (options->*of_kind).value_or(of_all);
}

void require_time(Fields& f, const std::optional<std::string>& time, const char* name,
                  int warning) {
  if (!time || time->empty()) return;
  const auto seconds = seconds_of(*time);
  f.require(seconds.has_value(),
            fmt::format("{} is '{}', which is no time limit of SLURM; write minutes, h:mm:ss, d-hh "
                        "or d-hh:mm:ss",
                        name, *time));
  f.require(!seconds || *seconds > warning,
            fmt::format("{} is '{}', no more than the warning before it ({} s); give more time or "
                        "a shorter warning",
                        name, *time, warning));
}

}  // namespace

void describe(Fields& f, KindOptions& o) {
  f("partition", o.partition, "Partition; null: as for every job.");
  f("time", o.time, "Time limit; null: as for every job.");
  f("memory", o.memory, "Memory; null: as for every job.");
  f("gpus", o.gpus, kNonNegative, "GPUs; null: as for every job.");
  f("cores", o.cores, at_least(1), "Cores; null: as for every job.");
  f("at_once", o.at_once, kNonNegative, "Jobs at the same time; null: as for every job.");
  f("lines", o.lines, "More options of sbatch, after those of every job.");
}

void describe(Fields& f, Options& o) {
  f("partition", o.partition, "Partition; empty: the cluster's own choice.");
  f("account", o.account, "Account that pays; empty: the user's own.");
  f("time", o.time,
    "Time limit of a job, as SLURM writes it (4:00:00, 1-12:00); empty: the partition's. A "
    "training that needs longer goes on in its next allocation.");
  f("memory", o.memory, "Memory of a job (16G); empty: the partition's.");
  f("gpus", o.gpus, kNonNegative, "GPUs of a job that trains or predicts.");
  f("cores", o.cores, at_least(1), "Cores of a job; of a training those of each process.");
  f("processes", o.processes, between(1, 4096),
    "Processes that train a network together, started with srun; each needs a sample of every "
    "batch.");
  f("nodes", o.nodes, between(1, 4096),
    "Nodes that these processes are spread over; gpus and memory are those of one node.");
  f.require(
      o.nodes <= o.processes,
      fmt::format("nodes is {} for {} processes; a node needs at least one", o.nodes, o.processes));
  f("at_once", o.at_once, kNonNegative, "Jobs of a kind at the same time; 0: no limit.");
  f("lines", o.lines, "More options of sbatch, one each: ['--constraint=a100'].");
  f("prepare", o.prepare, "Other values for preparing cases and making cohorts.");
  f("train", o.train, "Other values for training.");
  f("predict", o.predict, "Other values for prediction.");
  f("score", o.score, "Other values for scoring.");
  f("report", o.report, "Other values for reports.");
  f("requeue", o.requeue,
    "Whether a job goes back to the queue after a lost node and before its time limit.");
  f("warning", o.warning, between(5, 3600).in("s"),
    "How long before its time limit a job is asked to save and to go back to the queue.");
  f("wait", o.wait,
    "Whether the command waits for the jobs; else it ends when they are in the queue, and the same "
    "command asked again goes on from there.");
  f("look_every", o.look_every, between(0.1, 600).in("s"),
    "How often the queue is looked at while waiting.");
  f("array_size", o.array_size, between(1, 100000),
    "Most jobs of one array; no more than the cluster's MaxArraySize less one.");
  require_time(f, o.time, "time", o.warning);
  require_time(f, o.prepare.time, "prepare.time", o.warning);
  require_time(f, o.train.time, "train.time", o.warning);
  require_time(f, o.predict.time, "predict.time", o.warning);
  require_time(f, o.score.time, "score.time", o.warning);
  require_time(f, o.report.time, "report.time", o.warning);
}

std::optional<std::int64_t> seconds_of(const std::string& time) {
  const std::size_t dash = time.find('-');
  const auto parts = numbers_of(dash == std::string::npos ? time : time.substr(dash + 1));
  if (!parts || parts->size() > 3) return std::nullopt;
  const auto at = [&](std::size_t i) { return i < parts->size() ? (*parts)[i] : 0; };
  if (dash != std::string::npos) {  // days-hours:minutes:seconds
    const auto days = numbers_of(time.substr(0, dash));
    if (!days || days->size() != 1) return std::nullopt;
    return days->front() * kDay + at(0) * kHour + at(1) * kMinute + at(2);
  }
  if (parts->size() == 3) return at(0) * kHour + at(1) * kMinute + at(2);
  return at(0) * kMinute + at(1);  // minutes:seconds
}

std::vector<std::string> resource_lines(const Options& o, const std::string& kind) {
  std::vector<std::string> lines;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) lines.push_back(fmt::format("--{}={}", name, value));
  };
  add("partition", chosen(o, kind, &KindOptions::partition, o.partition));
  add("account", o.account);
  add("time", chosen(o, kind, &KindOptions::time, o.time));
  add("mem", chosen(o, kind, &KindOptions::memory, o.memory));
  add("nodes", std::to_string(kind == "train" ? o.nodes : 1));
  add("ntasks", std::to_string(processes(o, kind)));
  add("cpus-per-task", std::to_string(chosen(o, kind, &KindOptions::cores, o.cores)));
  const bool network = kind == "train" || kind == "predict";
  if (const int gpus = chosen(o, kind, &KindOptions::gpus, network ? o.gpus : 0); gpus > 0)
    add("gres", fmt::format("gpu:{}", gpus));
  lines.insert(lines.end(), o.lines.begin(), o.lines.end());
  if (const KindOptions* more = kind_options(o, kind))
    lines.insert(lines.end(), more->lines.begin(), more->lines.end());
  return lines;
}

int processes(const Options& o, const std::string& kind) {
  return kind == "train" ? o.processes : 1;
}

int at_once(const Options& o, const std::string& kind) {
  return chosen(o, kind, &KindOptions::at_once, o.at_once);
}

}  // namespace myoseg::slurm
