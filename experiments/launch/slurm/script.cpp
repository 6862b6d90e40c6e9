#include "experiments/launch/slurm/script.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/names.h"

namespace myoseg::slurm {
namespace fs = std::filesystem;
namespace {

// A word that a shell takes for itself.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789_./=+-,:@%") == std::string::npos;
  if (plain) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

// 0-3,7 of {0, 1, 2, 3, 7}.
std::string ranges(const std::map<int, std::size_t>& numbers) {
  std::vector<std::string> parts;
  for (auto it = numbers.begin(); it != numbers.end();) {
    const int first = it->first;
    int last = first;
    for (++it; it != numbers.end() && it->first == last + 1; ++it) last = it->first;
    parts.push_back(first == last ? std::to_string(first) : fmt::format("{}-{}", first, last));
  }
  return join(parts, ",");
}

// Several arrays of one kind share the limit of jobs at the same time.
std::string limit_text(int at_once, int arrays_of_kind) {
  return at_once > 0 ? fmt::format("%{}", std::max(1, at_once / arrays_of_kind)) : "";
}

std::string case_text(const std::vector<Task>& tasks, int number, const Task& task) {
  std::string text = fmt::format("{})\n  open_log {}\n", number, quoted(task.log.string()));
  for (const std::size_t before : task.after)
    if (!is_done(tasks[before].job))
      text += fmt::format("  needs {} {}\n", quoted(tasks[before].job.name),
                          quoted(tasks[before].job.marker.string()));
  text += "  set --";
  for (const std::string& word : task.command) text += " " + quoted(word);
  return text + "\n  ;;\n";
}

constexpr const char* kFunctions = R"(
open_log() {
  mkdir -p "${1%/*}"
  exec >>"$1" 2>&1
}
# Another machine's file system may remember what was not there before; listing the folder looks anew.
needs() {
  ls "${2%/*}" >/dev/null 2>&1
  [ -e "$2" ] && return
  echo "not begun, because '$1' is not done"
  exit 4
}
)";

// The program saves and ends with 130 when it is asked to stop, with 143 when it had not begun yet;
// the same job then goes on from there.
constexpr const char* kWork = R"(
again=
$start "$program" "$@" &
worker=$!
trap 'again=yes; kill -TERM "$worker" 2>/dev/null' USR1
trap 'kill -TERM "$worker" 2>/dev/null' TERM
# A signal ends a wait early; asked again, it has the program's own exit code.
wait "$worker"
while kill -0 "$worker" 2>/dev/null; do wait "$worker"; done
wait "$worker"
code=$?
if [ -n "$again" ] && { [ "$code" -eq 130 ] || [ "$code" -eq 143 ]; }; then
  echo "the time limit is near: back to the queue, to go on from here"
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && sleep 60
fi
exit "$code"
)";

}  // namespace

std::string script_text(const Options& options, const std::vector<Task>& tasks,
                        const PlannedArray& array, const std::string& key, const fs::path& program,
                        int arrays_of_kind) {
  const fs::path queue = tasks[array.tasks.begin()->second].queue;
  std::string text = "#!/bin/bash\n";
  const auto add = [&](const std::string& line) { text += "#SBATCH " + line + "\n"; };
  add(fmt::format("--job-name={}{}", kJobPrefix, key));
  add("--array=" + ranges(array.tasks) + limit_text(at_once(options, array.kind), arrays_of_kind));
  add("--output=" + quoted((queue / (key + "_%a.out")).string()));
  add("--open-mode=append");
  add(options.requeue ? "--requeue" : "--no-requeue");
  if (options.requeue) add(fmt::format("--signal=B:USR1@{}", options.warning));
  for (const std::string& line : resource_lines(options, array.kind)) add(line);
  text += "# Written by myoseg: each element of the array does one job of a run.\n";
  // SLURM before 22.05 passes a job's cores on to its steps, later ones do not.
  text += processes(options, array.kind) > 1
              ? "start=\"srun --cpus-per-task=$SLURM_CPUS_PER_TASK\"\n"
              : "start=\n";
  text += "program=" + quoted(program.string()) + "\n" + kFunctions;
  text += "case $SLURM_ARRAY_TASK_ID in\n";
  for (const auto& [number, task] : array.tasks) text += case_text(tasks, number, tasks[task]);
  return text + "esac\n" + kWork;
}

std::string dependency_text(const PlannedArray& array, const std::vector<std::string>& numbers) {
  if (array.each_after) return "aftercorr:" + numbers[*array.each_after];
  std::string text;
  for (const std::size_t before : array.after) text += ":" + numbers[before];
  for (const std::string& number : array.after_queued) text += ":" + number;
  return text.empty() ? "" : "afterany" + text;
}

}  // namespace myoseg::slurm
