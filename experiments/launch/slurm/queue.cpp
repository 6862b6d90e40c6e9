#include "experiments/launch/slurm/queue.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/names.h"
#include "core/program.h"
#include "core/text.h"
#include "experiments/launch/slurm/job_array.h"

namespace myoseg::slurm {
namespace {

constexpr std::size_t kCancelledAtOnce = 200;  // a command line has an end

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(separator, from), text.size());
    parts.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return parts;
}

// 1234_5; none for what is no single element: 1234, 1234_[7-9], 1234_5.batch.
std::optional<Element> element_of(const std::string& text) {
  const std::size_t bar = text.find('_');
  if (bar == std::string::npos || bar + 1 == text.size() || text.size() - bar > 9 ||
      text.find_first_not_of("0123456789", bar + 1) != std::string::npos)
    return std::nullopt;
  return Element{text.substr(0, bar), std::stoi(text.substr(bar + 1))};
}

std::string failed_words(const ProgramOutput& output) {
  if (output.missing) return "it is not installed here";
  const std::string words =
      one_line(output.errors.substr(0, output.errors.find_last_not_of("\n ") + 1));
  return words.empty() ? fmt::format("it ended with {}", output.status) : words;
}

std::string ending_text(const std::string& state, const std::string& exit_code) {
  return state == "FAILED" ? fmt::format("{}, exit code {}", state, exit_code) : state;
}

// The value after NAME= in scontrol's line.
std::string value_in(const std::string& line, const std::string& name) {
  const std::size_t at = line.find(name + "=");
  if (at == std::string::npos) return "";
  const std::size_t from = at + name.size() + 1;
  return line.substr(from, line.find_first_of(" \n", from) - from);
}

std::string array_numbers(const std::vector<Element>& elements) {
  std::set<std::string> numbers;
  for (const Element& element : elements) numbers.insert(element.first);
  return join(std::vector<std::string>(numbers.begin(), numbers.end()), ",");
}

void ask_controller(const std::vector<Element>& elements, std::map<Element, std::string>& endings) {
  std::set<std::string> asked;
  for (const Element& element : elements) {
    if (!asked.insert(element.first).second) continue;
    const auto answer = run_to_end({"scontrol", "-o", "show", "job", element.first});
    if (answer.status != 0) continue;
    for (const std::string& line : split(answer.out, '\n')) {
      const auto found =
          element_of(value_in(line, "ArrayJobId") + "_" + value_in(line, "ArrayTaskId"));
      if (found)
        endings[*found] = ending_text(value_in(line, "JobState"), value_in(line, "ExitCode"));
    }
  }
}

}  // namespace

std::string name_of(const Element& element) {
  return fmt::format("{}_{}", element.first, element.second);
}

Queue ask_queue() {
  const auto answer = run_to_end({"squeue", "--noheader", "--array", "--user",
                                  std::to_string(::getuid()), "--format", "%F|%K|%T|%r|%N|%j"});
  if (answer.status != 0)
    throw failure(
        "SLURM's queue cannot be read, squeue says: {}; use launcher=local where there is "
        "no SLURM",
        failed_words(answer));
  Queue queue;
  for (const std::string& line : split(answer.out, '\n')) {
    const auto part = split(line, '|');
    if (part.size() != 6 || !part[5].starts_with(kJobPrefix)) continue;
    if (const auto element = element_of(part[0] + "_" + part[1]))
      queue[*element] = {part[5], part[2], part[3], part[4]};
  }
  return queue;
}

std::map<Element, std::string> ask_endings(const std::vector<Element>& elements) {
  std::map<Element, std::string> endings;
  if (elements.empty()) return endings;
  const auto answer =
      run_to_end({"sacct", "--noheader", "--parsable2", "--allocations", "--array", "--format",
                  "JobID,State,ExitCode", "--jobs", array_numbers(elements)});
  if (answer.status != 0) {
    ask_controller(elements, endings);
    return endings;
  }
  for (const std::string& line : split(answer.out, '\n')) {
    const auto part = split(line, '|');
    if (part.size() != 3) continue;
    if (const auto element = element_of(part[0])) endings[*element] = ending_text(part[1], part[2]);
  }
  return endings;
}

std::optional<std::string> ask_accounting(const std::string& name) {
  const auto answer = run_to_end({"sacct", "--noheader", "--parsable2", "--allocations",
                                  "--starttime", "now-7days", "--format", "JobID", "--name", name});
  if (answer.status != 0 || answer.out.empty()) return std::nullopt;
  const std::string number = answer.out.substr(0, answer.out.find_first_not_of("0123456789"));
  return number.empty() ? std::nullopt : std::optional(number);
}

std::string submit(const std::filesystem::path& script, const std::string& dependency) {
  std::vector<std::string> words{"sbatch", "--parsable"};
  if (!dependency.empty()) {
    words.push_back("--dependency=" + dependency);
    words.emplace_back("--kill-on-invalid-dep=yes");
  }
  words.push_back(script.string());
  const auto answer = run_to_end(words);
  const std::string number = answer.out.substr(0, answer.out.find_first_not_of("0123456789"));
  if (answer.status != 0 || number.empty())
    throw failure(
        "{} was not taken into SLURM's queue, sbatch says: {}; what is in the queue "
        "stays there, and the same command submits the rest",
        script.string(), failed_words(answer));
  return number;
}

void cancel(const std::vector<Element>& elements) {
  for (std::size_t from = 0; from < elements.size(); from += kCancelledAtOnce) {
    std::vector<std::string> words{"scancel"};
    for (std::size_t i = from; i < std::min(elements.size(), from + kCancelledAtOnce); ++i)
      words.push_back(name_of(elements[i]));
    (void)run_to_end(words);  // what has ended meanwhile cannot be cancelled
  }
}

}  // namespace myoseg::slurm
