// The program, its libraries, processors, memory and GPUs.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "core/choice.h"
#include "core/program.h"
#include "core/threads.h"
#include "experiments/doctor/checks.h"
#include "experiments/run/version.h"
#include "models/kernels/instruction_set.h"
#include "models/runtime/libtorch_facts.h"

namespace myoseg::doctor {
namespace {

constexpr double kLittleMemory = 4;  // GiB: the 3D networks' defaults need more

// The value of "NAME : VALUE" in a file of /proc; empty: not there.
std::string value_in(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(name)) {
      const std::size_t colon = line.find(':');
      const std::size_t from = line.find_first_not_of(" \t", colon + 1);
      return colon == std::string::npos || from == std::string::npos ? "" : line.substr(from);
    }
  return "";
}

// One GPU a line: "NVIDIA H100, 81559 MiB, driver 550.54"; empty: no driver.
std::string driver_says() {
  const auto answer = run_to_end(
      {"nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"});
  return answer.status == 0 ? answer.out.substr(0, answer.out.find_last_not_of('\n') + 1) : "";
}

}  // namespace

Check check_program() { return {State::good, "program", program_version(), ""}; }

Check check_libtorch() {
  const LibtorchFacts facts = libtorch_facts();
  return {State::good, "LibTorch",
          fmt::format("{}, built for {}", facts.version, facts.cuda ? "GPUs" : "processors only"),
          ""};
}

Check check_processor() {
  const std::string model = value_in("/proc/cpuinfo", "model name");
  const int cores = available_cores();
  const auto set = kernels::instruction_set();
  Check check{State::good, "processor",
              fmt::format("{}, {} of {} cores for this program, kernels for {}",
                          model.empty() ? "unknown" : model, cores, ::sysconf(_SC_NPROCESSORS_ONLN),
                          name_of(set)),
              ""};
  if (set == kernels::InstructionSet::plain)
    check.to_do =
        "without AVX2 training and prediction are several times slower; on a virtual "
        "machine ask for the host's processor type";
  return check;
}

Check check_memory() {
  const double total =
      std::strtod(value_in("/proc/meminfo", "MemTotal").c_str(), nullptr) / (1 << 20);
  const double free =
      std::strtod(value_in("/proc/meminfo", "MemAvailable").c_str(), nullptr) / (1 << 20);
  Check check{State::good, "memory", fmt::format("{:.1f} GiB, {:.1f} free", total, free), ""};
  if (free < kLittleMemory)
    check.to_do =
        "3D networks may need more: take a smaller loader.batch_size or loader.patch, or "
        "model.checkpointing";
  return check;
}

Check check_gpus() {
  const LibtorchFacts facts = libtorch_facts();
  std::string gpus = driver_says();
  std::replace(gpus.begin(), gpus.end(), '\n', ';');
  if (facts.gpus > 0)
    return {State::good, "GPU",
            fmt::format("{} usable{}{}", facts.gpus, gpus.empty() ? "" : ": ", gpus), ""};
  if (gpus.empty())
    return {State::absent, "GPU", "no NVIDIA driver found; everything runs on the processor", ""};
  return {State::missing, "GPU", gpus + "; this program cannot use it",
          facts.cuda
              ? "the driver is too old for this LibTorch, or CUDA_VISIBLE_DEVICES hides the "
                "GPU; install a newer driver"
              : "this LibTorch is for processors only: 'scripts/setup.sh cuda' brings one for "
                "GPUs, 'scripts/build.sh cuda' builds with it"};
}

Check check_processes() {
  if (libtorch_facts().several)
    return {State::good, "processes", "several can train a network together", ""};
  return {State::missing, "processes",
          "only one can train a network: built without Gloo, and without NCCL and a GPU",
          "install libgloo-dev and build again"};
}

}  // namespace myoseg::doctor
