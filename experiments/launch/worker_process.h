// A job in a process of its own: this program with the job's arguments.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace myoseg {

class WorkerProcess {
 public:
  // What it prints is appended to `log`, where one is named. It is asked to stop when this process
  // dies. Throws Error(failed) when it cannot be started.
  WorkerProcess(const std::vector<std::string>& arguments,
                const std::vector<std::pair<std::string, std::string>>& environment,
                std::filesystem::path log);
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;
  ~WorkerProcess();  // ends it when it still runs

  // The exit code once it has ended, 128 + number for a signal.
  [[nodiscard]] std::optional<int> ended();
  void ask_to_stop();
  // The last line that it printed; a progress bar's line counts.
  [[nodiscard]] std::string last_line() const;

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  std::optional<int> code_;
};

}  // namespace myoseg
