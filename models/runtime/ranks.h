// Which of the processes of one training this is, as whoever started them says.
#pragma once

#include <functional>
#include <string>

namespace myoseg {

struct Ranks {
  int rank = 0;                       // of this process
  int size = 1;                       // how many there are
  int local = 0;                      // of this process among those on its machine: its GPU
  std::string address = "127.0.0.1";  // where rank 0 is, and its port
  int port = 0;
  bool served = false;  // something else listens at that port already (torchrun's agent)
};

// From the variables of torchrun and `myoseg launch` (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR,
// MASTER_PORT), of srun (SLURM_PROCID ... of a step with several tasks), of Open MPI
// (OMPI_COMM_WORLD_RANK ...) and of MPICH and Intel MPI (PMI_RANK ...), in this order; without them
// a process alone. Error(bad_usage) naming the variable that is missing or no number.
[[nodiscard]] Ranks ranks_from(const std::function<const char*(const char*)>& variable);
// From this process' environment.
[[nodiscard]] Ranks ranks_of_environment();

// The first machine of a list as SLURM writes it: "node07" of "node[07-09,12],gpu1".
[[nodiscard]] std::string first_node(const std::string& list);

}  // namespace myoseg
