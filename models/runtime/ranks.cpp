#include "models/runtime/ranks.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "core/error.h"

namespace myoseg {
namespace {

constexpr int kFirstPort = 20000, kPorts = 10000;  // of jobs of a cluster, by their number

class Variables {
 public:
  explicit Variables(const std::function<const char*(const char*)>& variable)
      : variable_(variable) {}

  [[nodiscard]] std::optional<std::string> text(const char* name) const {
    const char* value = variable_(name);
    if (value == nullptr || *value == 0) return std::nullopt;
    return value;
  }
  [[nodiscard]] std::optional<int> number(const char* name) const {
    const auto value = text(name);
    if (!value) return std::nullopt;
    if (value->size() > 9 || value->find_first_not_of("0123456789") != std::string::npos)
      throw usage_error(
          "the variable {}='{}' is no number; it says which of several processes "
          "this one is",
          name, *value);
    return std::stoi(*value);
  }
  [[nodiscard]] int needed(const char* name, const char* beside) const {
    const auto value = number(name);
    if (!value)
      throw usage_error(
          "{} is set and {} is not; set both, or start the processes with torchrun, "
          "srun, mpirun or 'myoseg launch'",
          beside, name);
    return *value;
  }

 private:
  const std::function<const char*(const char*)>& variable_;
};

void read_meeting_point(const Variables& v, Ranks& ranks) {
  ranks.address = v.text("MASTER_ADDR").value_or(ranks.address);
  ranks.port = v.number("MASTER_PORT").value_or(ranks.port);
  if (ranks.port == 0)
    throw usage_error(
        "MASTER_PORT is not set: all processes of a training need the same free port "
        "of the machine MASTER_ADDR, on which rank 0 runs");
}

bool several_tasks(const Variables& v) { return v.number("SLURM_STEP_NUM_TASKS").value_or(1) > 1; }

Ranks of_slurm(const Variables& v) {
  Ranks ranks{.rank = v.needed("SLURM_PROCID", "SLURM_STEP_ID"),
              .size = v.needed("SLURM_STEP_NUM_TASKS", "SLURM_STEP_ID"),
              .local = v.number("SLURM_LOCALID").value_or(0),
              .address = first_node(v.text("SLURM_STEP_NODELIST").value_or("127.0.0.1")),
              .port = kFirstPort + v.number("SLURM_JOB_ID").value_or(0) % kPorts};
  read_meeting_point(v, ranks);
  return ranks;
}

Ranks of_mpi(const Variables& v, const char* rank, const char* size, const char* local) {
  Ranks ranks{.rank = v.needed(rank, size),
              .size = v.needed(size, rank),
              .local = v.number(local).value_or(0)};
  if (ranks.size > 1) read_meeting_point(v, ranks);
  return ranks;
}

}  // namespace

std::string first_node(const std::string& list) {
  const std::size_t bracket = list.find('['), comma = list.find(',');
  if (bracket == std::string::npos || comma < bracket) return list.substr(0, comma);
  const std::size_t end = list.find_first_of("-,]", bracket);
  return list.substr(0, bracket) + list.substr(bracket + 1, end - bracket - 1);
}

Ranks ranks_from(const std::function<const char*(const char*)>& variable) {
  const Variables v(variable);
  Ranks ranks;
  if (v.text("RANK") || v.text("WORLD_SIZE")) {
    ranks.rank = v.needed("RANK", "WORLD_SIZE");
    ranks.size = v.needed("WORLD_SIZE", "RANK");
    ranks.local = v.number("LOCAL_RANK").value_or(0);
    if (ranks.size > 1) read_meeting_point(v, ranks);
    ranks.served = v.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
  } else if (v.text("SLURM_STEP_ID") && several_tasks(v)) {
    ranks = of_slurm(v);
  } else if (v.text("OMPI_COMM_WORLD_SIZE")) {
    ranks = of_mpi(v, "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK");
  } else if (v.text("PMI_SIZE")) {
    ranks = of_mpi(v, "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID");
  }
  if (ranks.size < 1 || ranks.rank >= ranks.size)
    throw usage_error("this process is said to be rank {} of {}; ranks count from 0", ranks.rank,
                      ranks.size);
  return ranks;
}

Ranks ranks_of_environment() {
  return ranks_from([](const char* name) { return std::getenv(name); });
}

}  // namespace myoseg
