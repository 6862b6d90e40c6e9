// Tasks as job arrays: which go together, what each waits for, and the file that remembers each
// array, so that no task is in the queue twice.
//
//   runs/queue/train-1a2b3c4d.json  the tasks and, once it is known, the array's number
//   runs/queue/train-1a2b3c4d.sh    what sbatch was given
//   runs/queue/train-1a2b3c4d_N.out what SLURM itself said of one element
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/launch/launcher.h"
#include "experiments/launch/slurm/queue.h"

namespace myoseg::slurm {

constexpr std::string_view kJobPrefix = "myoseg-";

// "train" of train/3.
[[nodiscard]] std::string kind_of(const Task& task);

// One array that is to be submitted.
struct PlannedArray {
  std::string kind;
  std::map<int, std::size_t> tasks;  // the number in the array -> the task
  // The planned array whose elements of the same numbers come first, each before its own ...
  std::optional<std::size_t> each_after;
  // ... or arrays, planned or in the queue, that come first as a whole.
  std::vector<std::size_t> after;
  std::vector<std::string> after_queued;  // their numbers
};

// The tasks of `missing`, in an order in which every array comes after those it waits for.
// `queued`: where tasks that are not done stand in the queue.
[[nodiscard]] std::vector<PlannedArray> plan_arrays(const std::vector<Task>& tasks,
                                                    const std::vector<std::size_t>& missing,
                                                    const std::map<std::size_t, Element>& queued,
                                                    int array_size);

// What is remembered of one task of an array.
struct RememberedTask {
  int number = 0;
  std::filesystem::path marker, log;
  std::string title, run;                    // the run's folder
  std::vector<std::filesystem::path> needs;  // markers of what came before it
};
struct RememberedArray {
  std::string key;    // "train-1a2b3c4d"
  std::string array;  // SLURM's number; empty: it is not known whether it was submitted
  std::vector<RememberedTask> tasks;
};
[[nodiscard]] std::string new_key(const std::string& kind);
[[nodiscard]] std::filesystem::path script_of(const std::filesystem::path& queue,
                                              const std::string& key);
// What SLURM said of one element.
[[nodiscard]] std::filesystem::path words_of(const std::filesystem::path& queue,
                                             const std::string& key, int number);
// "ended as TIMEOUT"; of an element that is not among the endings what SLURM last said of it.
[[nodiscard]] std::string how_it_ended(const std::filesystem::path& queue, const std::string& key,
                                       const Element& element,
                                       const std::map<Element, std::string>& endings);
void remember(const std::filesystem::path& queue, const RememberedArray& array);
// With all its files.
void forget(const std::filesystem::path& queue, const RememberedArray& array);
// All of the folder; files that are damaged are left out.
[[nodiscard]] std::vector<RememberedArray> remembered(const std::filesystem::path& queue);

}  // namespace myoseg::slurm
