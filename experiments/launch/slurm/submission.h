// Bringing tasks into SLURM's queue so that none is there twice, whatever interrupts it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "experiments/launch/launcher.h"
#include "experiments/launch/slurm/job_array.h"
#include "experiments/launch/slurm/options.h"

namespace myoseg::slurm {

// Where a task stands in the queue, and the name of its array's files.
struct Place {
  Element element;
  std::string key;
};

// Submits the tasks that are neither done nor in the queue. An array is remembered before it is
// submitted and its number after; one whose number is missing is looked for by its name, which no
// other has. One process at a time submits. Error(failed) when SLURM does not take an array; what
// is in the queue by then stays.
[[nodiscard]] std::map<std::size_t, Place> submit_missing(const Options& options,
                                                          const std::vector<Task>& tasks);

// The scripts that it would submit, as if nothing were in the queue.
[[nodiscard]] std::string preview(const Options& options, const std::vector<Task>& tasks);

}  // namespace myoseg::slurm
