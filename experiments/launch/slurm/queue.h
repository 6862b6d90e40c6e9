// SLURM's own commands: what is in the queue, how jobs ended, submitting and cancelling.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace myoseg::slurm {

// One element of a job array: {"1234", 5} is 1234_5.
using Element = std::pair<std::string, int>;
[[nodiscard]] std::string name_of(const Element& element);

struct Queued {
  std::string name;    // of the job
  std::string state;   // PENDING, RUNNING ...
  std::string reason;  // why it is pending: Priority, Resources, Dependency ...
  std::string node;    // where it runs
  [[nodiscard]] bool running() const { return state != "PENDING" && state != "REQUEUED"; }
  // Waits for something that will never be.
  [[nodiscard]] bool hopeless() const { return reason == "DependencyNeverSatisfied"; }
};
using Queue = std::map<Element, Queued>;

// This user's jobs whose name begins with "myoseg-", those that have not ended. Error(failed) when
// SLURM does not answer.
[[nodiscard]] Queue ask_queue();

// How a job ended, in SLURM's words: "TIMEOUT", "OUT_OF_MEMORY", "FAILED, exit code 3:0". Asks the
// accounting, and without one the controller, which forgets a job after some minutes; the rest are
// absent.
[[nodiscard]] std::map<Element, std::string> ask_endings(const std::vector<Element>& elements);
// The number of the job array of that name in the accounting, where there is one.
[[nodiscard]] std::optional<std::string> ask_accounting(const std::string& name);

// The array's number. Error(failed) with what sbatch says.
[[nodiscard]] std::string submit(const std::filesystem::path& script,
                                 const std::string& dependency);
void cancel(const std::vector<Element>& elements);

}  // namespace myoseg::slurm
