#include "core/threads.h"

#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

namespace myoseg {
namespace {

int affinity_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

// Cores of the control group's CPU quota (cgroup v2), or a large number without one.
int quota_cores() {
  constexpr int kNoQuota = 1 << 20;
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return kNoQuota;
  return std::max(1, static_cast<int>(std::ceil(std::strtod(quota.c_str(), nullptr) / period)));
}

int slurm_cores() {
  const char* cores = std::getenv("SLURM_CPUS_PER_TASK");
  const int n = cores == nullptr ? 0 : std::atoi(cores);
  return n > 0 ? n : 1 << 20;
}

// Processes of one training that share this machine's cores.
int processes_here() {
  const char* processes = std::getenv("LOCAL_WORLD_SIZE");
  return std::max(1, processes == nullptr ? 1 : std::atoi(processes));
}

}  // namespace

int available_cores() {
  const int cores = std::min({affinity_cores(), quota_cores(), slurm_cores()});
  return std::max(1, cores / processes_here());
}

int set_thread_count(int threads) {
  const int count = threads > 0 ? threads : available_cores();
  omp_set_num_threads(count);
  return count;
}

int thread_count() { return omp_get_max_threads(); }

}  // namespace myoseg
