// One count of threads for everything: LibTorch, OpenMP, BLAS and ITK share it.
#pragma once

namespace myoseg {

// Cores this process may use (affinity mask, cgroup quota, SLURM_CPUS_PER_TASK), of several
// processes of a training (LOCAL_WORLD_SIZE) its part; at least 1.
[[nodiscard]] int available_cores();
// Sets the count for OpenMP, and so for an OpenBLAS built on it; 0 = available_cores(). Returns the
// count set. LibTorch and ITK are set by the floors that know them (train/, data/) from
// `thread_count()`.
int set_thread_count(int threads);
[[nodiscard]] int thread_count();

}  // namespace myoseg
