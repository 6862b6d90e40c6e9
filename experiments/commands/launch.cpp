// Several processes on this machine that train together.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/error.h"
#include "core/log.h"
#include "experiments/cli/commands.h"
#include "experiments/cli/options.h"
#include "experiments/launch/worker_process.h"
#include "train/signals.h"

namespace myoseg {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLookAgain{50};
constexpr int kInterrupted = 130;  // what a process that was asked to stop ends with
// After the first has ended, the others find out and end within half a minute, but for those that
// hang.
constexpr std::chrono::seconds kUntilTheyEnd{40};

struct LaunchOptions {
  int processes = 2;
};
void describe(Fields& f, LaunchOptions& o) {
  f("processes", o.processes, between(2, 1024),
    "Processes that train together, each with its part of every batch and of this machine's cores, "
    "and a GPU of its own where there are several.");
}

// A port that nobody listens at now.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool found = fd >= 0 &&
                     ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (fd >= 0) ::close(fd);
  if (!found) throw failure("there is no free port on this machine for its processes to meet at");
  return ntohs(address.sin_port);
}

std::vector<std::pair<std::string, std::string>> environment_of(int rank, int size, int port) {
  return {{"RANK", std::to_string(rank)},       {"WORLD_SIZE", std::to_string(size)},
          {"LOCAL_RANK", std::to_string(rank)}, {"LOCAL_WORLD_SIZE", std::to_string(size)},
          {"MASTER_ADDR", "127.0.0.1"},         {"MASTER_PORT", std::to_string(port)}};
}

class Processes {
 public:
  Processes(const std::vector<std::string>& command, int count) {
    const int port = free_port();
    for (int rank = 0; rank < count; ++rank)
      processes_.emplace_back(command, environment_of(rank, count, port), "");
    told_.resize(processes_.size());
  }

  // The exit code: rank 0's, or the first that is not 0.
  int wait() {
    bool asked = false;
    while (running() > 0) {
      std::this_thread::sleep_for(kLookAgain);
      if (stop_requested() && !asked) ask_to_stop();
      asked = asked || stop_requested();
      note_ends();
      if (first_end_ && Clock::now() - *first_end_ > kUntilTheyEnd) processes_.clear();
    }
    return code_;
  }

 private:
  [[nodiscard]] std::ptrdiff_t running() {
    return std::count_if(processes_.begin(), processes_.end(),
                         [](WorkerProcess& process) { return !process.ended(); });
  }
  void ask_to_stop() {
    for (WorkerProcess& process : processes_) process.ask_to_stop();
  }
  void note_ends() {
    for (std::size_t rank = 0; rank < processes_.size(); ++rank) {
      const auto code = processes_[rank].ended();
      if (!code || told_[rank]) continue;
      told_[rank] = true;
      if (!first_end_) first_end_ = Clock::now();
      if (*code == 0) continue;
      const bool killed = *code > 128 && *code != kInterrupted;
      if (code_ == 0 || rank == 0) code_ = killed ? 1 : *code;
      if (killed) log::error("rank {} ended with signal {}", rank, *code - 128);
    }
  }

  std::vector<WorkerProcess> processes_;
  std::vector<bool> told_;
  std::optional<Clock::time_point> first_end_;
  int code_ = 0;
};

bool is_option(const std::string& word) { return word.starts_with("processes="); }

}  // namespace

std::vector<FieldHelp> launch_options() { return help_fields(LaunchOptions{}); }

int launch_command(const Request& request) {
  std::vector<std::string> options, command;
  for (auto it = std::find(request.words.begin(), request.words.end(), "launch");
       it != request.words.end(); ++it)
    if (*it != "launch") (command.empty() && is_option(*it) ? options : command).push_back(*it);
  const auto chosen = only_options<LaunchOptions>(options);
  if (command.empty() || (command.front() != "run" && command.front() != "train"))
    throw usage_error(
        "launch starts processes that train together; say what they do: 'myoseg launch "
        "processes={} train experiment=NAME ...', or run in place of train",
        chosen.processes);
  stop_on_signals();
  return Processes(command, chosen.processes).wait();
}

}  // namespace myoseg
