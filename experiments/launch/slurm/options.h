// What SLURM is asked for, for every job and for one kind of job.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fields/fields.h"

namespace myoseg::slurm {

// Of one kind of job; what is not given is as for every job.
struct KindOptions {
  std::optional<std::string> partition, time, memory;
  std::optional<int> gpus, cores, at_once;
  std::vector<std::string> lines;
};
void describe(Fields& f, KindOptions& o);

struct Options {
  std::string partition, account;
  std::string time;                // as SLURM writes it: minutes, h:mm:ss, d-hh
  std::string memory;              // "16G"
  int gpus = 0;                    // of a job with a network
  int cores = 4;                   // of each process
  int processes = 1;               // of a training
  int nodes = 1;                   // that these are spread over
  int at_once = 0;                 // 0: no limit
  std::vector<std::string> lines;  // "--constraint=a100"
  KindOptions prepare, train, predict, score, report;
  bool requeue = true;
  int warning = 120;      // seconds before the time limit
  bool wait = true;       // for the jobs to end
  double look_every = 5;  // seconds
  int array_size = 1000;
};
void describe(Fields& f, Options& o);

// The seconds that a time limit means; none for text that SLURM would not take.
[[nodiscard]] std::optional<std::int64_t> seconds_of(const std::string& time);

// The lines after #SBATCH for jobs of this kind ("train"), but those of the array itself.
[[nodiscard]] std::vector<std::string> resource_lines(const Options& options,
                                                      const std::string& kind);
// Processes that a job of this kind has.
[[nodiscard]] int processes(const Options& options, const std::string& kind);
// Jobs of this kind at the same time; 0: no limit.
[[nodiscard]] int at_once(const Options& options, const std::string& kind);

}  // namespace myoseg::slurm
